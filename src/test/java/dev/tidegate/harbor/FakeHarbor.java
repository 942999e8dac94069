package dev.tidegate.harbor;

import dev.tidegate.model.Deadline;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Endpoint;
import dev.tidegate.net.Exchanges;
import dev.tidegate.testkit.Errands;
import dev.tidegate.testkit.RegistryDouble;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A Harbor on loopback that answers what a test has written down; by path, the query aside. */
final class FakeHarbor implements AutoCloseable {
  private final RegistryDouble server = RegistryDouble.start();
  private final Map<String, RegistryDouble.Answer> answers = new ConcurrentHashMap<>();
  private final Exchanges exchanges;
  private final String name;

  /**
   * A Harbor.
   *
   * @param name what it is called in the file of hosts
   */
  FakeHarbor(String name, InstantSource clock) {
    this.name = name;
    exchanges = new Exchanges(InetAddress::getAllByName, clock, () -> 0, Calls.NONE);
    server.instead(
        asked -> true,
        exchange ->
            answers
                .getOrDefault(
                    exchange.getRequestURI().getRawPath(), RegistryDouble.status(404, "{}"))
                .to(exchange));
  }

  /** Ten seconds on a clock that stands still. */
  static Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(10), () -> 0);
  }

  static Errands errand() {
    return Errands.until(deadline());
  }

  FakeHarbor answer(String path, int status, String body, String... headers) {
    answers.put(path, RegistryDouble.status(status, body, headers));
    return this;
  }

  /** Answers page by page, and with an empty list behind the last. */
  FakeHarbor pages(String path, String... bodies) {
    answers.put(
        path,
        exchange -> {
          String query = exchange.getRequestURI().getRawQuery();
          int page = Integer.parseInt(query.substring(query.lastIndexOf("&page=") + 6));
          RegistryDouble.status(200, page <= bodies.length ? bodies[page - 1] : "[]").to(exchange);
        });
    return this;
  }

  /** No answer: the connection ends. */
  FakeHarbor down(String path) {
    answers.put(path, exchange -> exchange.close());
    return this;
  }

  /** Forgets what was asked. */
  void forget() {
    server.forget();
  }

  /** What was asked, in order. */
  List<RegistryDouble.Asked> asked() {
    return server.asked();
  }

  Endpoint endpoint() {
    return exchanges.to(server.host(name));
  }

  @Override
  public void close() {
    exchanges.close();
    server.close();
  }
}
