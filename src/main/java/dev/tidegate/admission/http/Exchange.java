package dev.tidegate.admission.http;

import dev.tidegate.admission.Admission;
import dev.tidegate.admission.Handled;
import dev.tidegate.admission.Slice;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request from its first byte to its answer. Runs on the event loop of its connection, so
 * nothing here needs a lock.
 *
 * <p>A request that is over a bound is still read, and thrown away, before it is answered: the
 * caller sees the answer only once it has sent its request, and the connection stays of use. That,
 * too, is bounded, in bytes and in time.
 */
final class Exchange {
  /** Bodies up to this size are judged on the event loop; longer ones would hold it up. */
  private static final int AT_ONCE = 256 * 1024;

  /** What is kept of a body that is not read: the uid stands in its first bytes. */
  private static final int PREFIX = 64 * 1024;

  /**
   * Bytes beyond the longest body that are read and thrown away before the connection is closed.
   */
  private static final long THROWN_AWAY = 64L * 1024 * 1024;

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");

  /** The parts of the gate that all requests share. */
  record Gatehouse(
      Admission admission,
      Limits limits,
      TimeLimits times,
      Executor longWork,
      Failures failures,
      BooleanSupplier draining) {}

  private final Gatehouse house;
  private final HttpServerRequest request;
  private final Context context;
  private final Deadline deadline;
  private final Overdue overdue;
  private final boolean mutating;
  private final InFlight.@Nullable Place place;
  private final Body body = new Body();
  private long seen;
  private @Nullable Doubt cut;
  private int cutCode;
  private boolean answered;

  /**
   * @param place empty when there is no room for the request
   */
  Exchange(
      Gatehouse house,
      HttpServerRequest request,
      Context context,
      Deadline deadline,
      Overdue overdue,
      boolean mutating,
      Optional<InFlight.Place> place) {
    this.house = house;
    this.request = request;
    this.context = context;
    this.deadline = deadline;
    this.overdue = overdue;
    this.mutating = mutating;
    this.place = place.orElse(null);
  }

  /** Takes the request from here. */
  void start(Duration last) {
    if (place == null) {
      cut(
          429,
          Doubt.of(Cause.OVERLOADED, "the gate has as many requests in work as it may; try again"));
    } else if (announced() > house.limits().bodyBytes()) {
      cutTooLong();
    }
    overdue.watch(this, last, context.owner());
    request.exceptionHandler(gone -> finish());
    request.response().exceptionHandler(gone -> finish());
    request.response().closeHandler(closed -> finish());
    request.handler(this::chunk);
    request.endHandler(end -> read());
  }

  private long announced() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException wrong) {
      return 0; // what is really sent is counted anyway
    }
  }

  private void cutTooLong() {
    cut(
        413,
        Doubt.of(
            Cause.TOO_LARGE,
            "the request is longer than " + house.limits().bodyBytes() / (1024 * 1024) + " MiB"));
  }

  private void cut(int code, Doubt why) {
    if (cut == null) {
      cut = why;
      cutCode = code;
    }
  }

  private void chunk(Buffer chunk) {
    if (answered) {
      return;
    }
    seen += chunk.length();
    if (seen > house.limits().bodyBytes()) {
      cutTooLong();
    } else if (cut == null && place != null && !place.hold(chunk.length())) {
      cut(
          429,
          Doubt.of(
              Cause.OVERLOADED, "the gate holds as many bytes of requests as it may; try again"));
    }
    body.add(chunk, cut == null ? house.limits().bodyBytes() : PREFIX);
    if (cut != null && seen > house.limits().bodyBytes() + THROWN_AWAY) {
      answerCut(true);
    }
  }

  /** The time for an answer is over. */
  void late() {
    if (answered) {
      return;
    }
    boolean sending = !request.isEnded();
    cut(
        408,
        Doubt.of(
            Cause.DEADLINE,
            sending
                ? "the request was not sent in time"
                : "the time for an answer was over before it was judged; try again"));
    answerCut(sending);
  }

  private void read() {
    if (answered) {
      return;
    }
    if (cut != null) {
      answerCut(false);
      return;
    }
    Slice whole = body.slice();
    if (whole.length() <= AT_ONCE) {
      await(judge(whole));
      return;
    }
    try {
      house
          .longWork()
          .execute(() -> {
            CompletionStage<Handled> judging = judge(whole);
            context.runOnContext(back -> await(judging));
          });
    } catch (RejectedExecutionException full) {
      cut(429, Doubt.of(Cause.OVERLOADED, "too many long requests are in work; try again"));
      answerCut(false);
    }
  }

  private CompletionStage<Handled> judge(Slice whole) {
    return mutating
        ? house.admission().mutate(whole, deadline)
        : house.admission().validate(whole, deadline);
  }

  private void await(CompletionStage<Handled> judging) {
    judging.whenComplete((handled, failure) -> {
      if (Vertx.currentContext() == context) {
        answer(handled, failure);
      } else {
        context.runOnContext(back -> answer(handled, failure));
      }
    });
  }

  private void answer(@Nullable Handled handled, @Nullable Throwable failure) {
    if (answered) {
      return;
    }
    if (handled == null) {
      if (failure != null) {
        house.failures().unexpected(failure);
      }
      cut(400, Doubt.of(Cause.BUG, "a defect of the gate stopped judging; its log says more"));
      answerCut(false);
      return;
    }
    send(handled, 400, false);
  }

  private void answerCut(boolean close) {
    Doubt why = cut;
    if (why == null || answered) {
      return;
    }
    Slice known = body.slice();
    int prefix = Math.min(known.length(), PREFIX);
    send(
        house.admission().cutShort(new Slice(known.bytes(), known.offset(), prefix), why),
        cutCode,
        close);
  }

  private void send(Handled handled, int without, boolean close) {
    answered = true;
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      finish();
      return;
    }
    if (close || house.draining().getAsBoolean()) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    switch (handled) {
      case Handled.Answered done -> {
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        response.end(Buffer.buffer(done.decision().body()));
      }
      case Handled.Unanswerable none -> {
        response.setStatusCode(without);
        response.putHeader(HttpHeaders.CONTENT_TYPE, TEXT);
        response.end(
            "no request.uid can be read, so there is nothing to answer to: "
                + none.doubt().tried()
                + "\n");
      }
    }
    if (close) {
      request.connection().close();
    }
    finish();
  }

  private void finish() {
    answered = true;
    overdue.forget(this);
    if (place != null) {
      place.leave();
    }
  }
}
