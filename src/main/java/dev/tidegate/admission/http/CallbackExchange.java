package dev.tidegate.admission.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** One callback: its body read within the bound, then handed over off the event loop. */
final class CallbackExchange {
  /** Most callbacks in work; Harbor sends the others again. */
  private static final int MOST = 32;

  private final Semaphore places = new Semaphore(MOST);
  private final Vertx vertx;
  private final Callback.Endpoint endpoint;

  CallbackExchange(Vertx vertx, Callback.Endpoint endpoint) {
    this.vertx = vertx;
    this.endpoint = endpoint;
  }

  boolean isFor(HttpServerRequest request) {
    return endpoint.path().equals(request.path());
  }

  void handle(HttpServerRequest request) {
    if (!places.tryAcquire()) {
      answer(request, 429, "too many callbacks at once");
      return;
    }
    Buffer body = Buffer.buffer();
    boolean[] ended = {false};
    request.handler(part -> {
      if (!ended[0] && body.length() + part.length() > endpoint.most()) {
        ended[0] = true;
        places.release();
        answer(request, 413, "a callback has at most " + endpoint.most() + " bytes");
        request.connection().close();
      } else if (!ended[0]) {
        body.appendBuffer(part);
      }
    });
    request.exceptionHandler(broken -> {
      if (!ended[0]) {
        ended[0] = true;
        places.release();
      }
    });
    request.endHandler(all -> {
      if (!ended[0]) {
        ended[0] = true;
        take(request, body.getBytes());
      }
    });
  }

  private void take(HttpServerRequest request, byte[] body) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(header ->
            headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    vertx
        .executeBlocking(() -> endpoint.to().take(headers, body), false)
        .onComplete(taken -> {
          places.release();
          if (taken.succeeded()) {
            answer(request, taken.result().status(), taken.result().text());
          } else {
            answer(request, 500, "a defect of the gate; its log says more");
          }
        });
  }

  private static void answer(HttpServerRequest request, int status, String text) {
    if (!request.response().ended()) {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .end(text + "\n");
    }
  }
}
