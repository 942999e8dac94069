package dev.tidegate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.workload.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;

/**
 * What everything is compared with: a bare HTTPS handler that parses the same JSON and answers a
 * constant. {@code GET /allocated} tells the bytes allocated so far.
 */
public final class Floor {
  private Floor() {}

  /**
   * Serves on port {@code args[0]} with the pair {@code args[1]} (certificate) and {@code args[2]}
   * (key).
   */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(args[0]))
            .setSsl(true)
            .setUseAlpn(false)
            .setKeyCertOptions(new PemKeyCertOptions().setCertPath(args[1]).setKeyPath(args[2]));
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < loops; i++) {
      vertx
          .createHttpServer(options)
          .requestHandler(request -> {
            if ("/allocated".equals(request.path())) {
              request.response().end(String.valueOf(allocated()));
            } else {
              request.body().onSuccess(body -> request.response().end(answer(body)));
            }
          })
          .listen()
          .onFailure(failure -> {
            System.err.println(failure.getMessage());
            System.exit(1);
          });
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getTotalThreadAllocatedBytes();
  }

  private static Buffer answer(Buffer body) {
    try {
      JsonNode review = Json.MAPPER.readTree(body.getBytes());
      String uid = review.path("request").path("uid").asText();
      return Buffer.buffer(
          "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"uid\":\""
              + uid
              + "\",\"allowed\":true}}");
    } catch (IOException bad) {
      throw new UncheckedIOException(bad);
    }
  }
}
