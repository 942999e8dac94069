package dev.tidegate.admission.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Callbacks: each body read within bounds of size and time, then handed over off the event loop.
 */
final class CallbackExchange {
  /** Most callbacks in work at each place; whoever sent the others sends them again. */
  static final int MOST = 32;

  /** Bodies that are too long are read on to be answered, up to so many times the bound. */
  private static final int PATIENCE = 8;

  private final Vertx vertx;
  private final List<Place> places;

  /** An endpoint and what is in work there, on all event loops together. */
  record Place(Callback.Endpoint endpoint, Semaphore free) {
    static Place of(Callback.Endpoint endpoint) {
      return new Place(endpoint, new Semaphore(MOST));
    }
  }

  CallbackExchange(Vertx vertx, List<Place> places) {
    this.vertx = vertx;
    this.places = places;
  }

  /** Handles {@code request} if it is for one of the places. */
  boolean handles(HttpServerRequest request) {
    for (Place place : places) {
      if (place.endpoint().path().equals(request.path())) {
        handle(place, request);
        return true;
      }
    }
    return false;
  }

  private void handle(Place place, HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader(HttpHeaders.ALLOW, "POST");
      turnAway(place, request, 405, "send callbacks by POST");
      return;
    }
    if (!place.free().tryAcquire()) {
      turnAway(place, request, 429, "too many callbacks at once");
      return;
    }
    new Reading(place, request).start();
  }

  /**
   * Answers at once; the connection ends when what is sent has come, or it takes too long. Nothing
   * of it is kept.
   */
  private void turnAway(Place place, HttpServerRequest request, int status, String text) {
    long timer =
        vertx.setTimer(place.endpoint().longest().toMillis(), late -> request.connection().close());
    request.exceptionHandler(broken -> vertx.cancelTimer(timer));
    request.endHandler(all -> {
      vertx.cancelTimer(timer);
      request.connection().close();
    });
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    var _ = answer(request, status, text);
  }

  /** Ends the connection with this answer. */
  private static void last(HttpServerRequest request, int status, String text) {
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    var _ = answer(request, status, text).onComplete(sent -> request.connection().close());
  }

  private static Future<Void> answer(HttpServerRequest request, int status, String text) {
    return request.response().ended() || request.response().closed()
        ? Future.succeededFuture()
        : request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
            .end(text + "\n");
  }

  /** One body on its way; all on the connection's event loop. */
  private final class Reading {
    private final Place place;
    private final HttpServerRequest request;
    private final Buffer body = Buffer.buffer();
    private long came;
    private long timer;
    private boolean ended;

    Reading(Place place, HttpServerRequest request) {
      this.place = place;
      this.request = request;
    }

    void start() {
      timer =
          vertx.setTimer(
              place.endpoint().longest().toMillis(),
              late -> {
                if (ends()) {
                  place.free().release();
                  last(request, 408, "the body did not come within " + place.endpoint().longest());
                }
              });
      request.handler(this::part);
      request.exceptionHandler(broken -> {
        if (ends()) {
          place.free().release();
        }
      });
      request.endHandler(all -> {
        if (ends()) {
          whole();
        }
      });
    }

    private boolean ends() {
      boolean first = !ended;
      ended = true;
      vertx.cancelTimer(timer);
      return first;
    }

    private void part(Buffer part) {
      came += part.length();
      if (came <= most()) {
        body.appendBuffer(part);
      } else if (came > (long) most() * PATIENCE && ends()) {
        place.free().release();
        request.connection().close();
      }
    }

    private int most() {
      return place.endpoint().most();
    }

    private void whole() {
      if (came > most()) {
        place.free().release();
        last(request, 413, "a callback has at most " + most() + " bytes");
        return;
      }
      Map<String, String> headers = new HashMap<>();
      request
          .headers()
          .forEach(header ->
              headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
      vertx
          .executeBlocking(() -> place.endpoint().to().take(headers, body.getBytes()), false)
          .onComplete(taken -> {
            place.free().release();
            if (taken.succeeded()) {
              var _ = answer(request, taken.result().status(), taken.result().text());
            } else {
              var _ = answer(request, 500, "a defect of the gate; its log says more");
            }
          });
    }
  }
}
