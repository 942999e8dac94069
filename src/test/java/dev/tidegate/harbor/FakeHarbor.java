package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.testkit.Errands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Harbor that answers what a test has written down; by path, the query aside. */
final class FakeHarbor implements Http {
  private final Map<String, Result> answers = new HashMap<>();
  final List<Request> asked = new ArrayList<>();

  /** Ten seconds on a clock that stands still. */
  static Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(10), () -> 0);
  }

  static Errands errand() {
    return Errands.until(deadline());
  }

  FakeHarbor answer(String path, int status, String body) {
    return answer(path, new Reply(status, Map.of(), body.getBytes(UTF_8)));
  }

  FakeHarbor answer(String path, Result result) {
    answers.put(path, result);
    return this;
  }

  FakeHarbor down(String path) {
    return answer(path, new NoReply(Doubt.of(Cause.UNREACHABLE, "no connection")));
  }

  @Override
  public Result ask(Request request, Deadline deadline) {
    asked.add(request);
    String path = request.path().replaceAll("[?].*", "");
    Result result = answers.get(path);
    return result == null ? new Reply(404, Map.of(), "{}".getBytes(UTF_8)) : result;
  }
}
