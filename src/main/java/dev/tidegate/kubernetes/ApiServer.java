package dev.tidegate.kubernetes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Single reads from the API server, each within a deadline, bounded in size and tried once: an
 * admission has no time for retries, and a retry would turn "the server fails" into "too late".
 */
final class ApiServer {
  /** Most bytes of one answer; pages of lists are far smaller. */
  static final int MOST_BYTES = 16 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(200).build())
                  .build())
          .build();

  /** What came of a read. */
  sealed interface Answer {
    /** The object is there. */
    record Found(JsonNode json) implements Answer {}

    /** The API server says that there is no such thing. */
    record Missing() implements Answer {}

    /** It could not be known. */
    record Trouble(Doubt doubt) implements Answer {}
  }

  private final Client client;
  private final HttpClient http;

  ApiServer(KubernetesClient client) {
    this.client =
        client.newClient(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build());
    this.http = this.client.getHttpClient();
  }

  /**
   * Reads {@code path}; blocks until {@code until} at most.
   *
   * @param what what is read, for people: "the labels of namespace shop"
   * @param pathAndQuery below the server's address, beginning with a slash
   * @param accept wanted representation
   */
  Answer get(String what, String pathAndQuery, String accept, Deadline until)
      throws InterruptedException {
    Duration left = until.remaining();
    if (left.isNegative() || left.isZero()) {
      return trouble(Cause.DEADLINE, what, "no time was left");
    }
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(withoutSlash(client.getMasterUrl().toString()) + pathAndQuery)
            .header("Accept", accept)
            .timeout(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS)
            .build();
    Body body = new Body();
    CompletableFuture<HttpResponse<AsyncBody>> sent = http.consumeBytes(request, body);
    CompletableFuture<Answer> answered =
        sent.thenCompose(response -> {
          body.begin(response.body());
          return body.done.thenApply(bytes -> answer(what, response.code(), bytes));
        });
    try {
      return answered.get(left.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      sent.cancel(true);
      body.stop();
      return trouble(Cause.DEADLINE, what, "the API server did not answer in time");
    } catch (ExecutionException failed) {
      body.stop();
      return failure(what, failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException stopping) {
      sent.cancel(true);
      body.stop();
      throw stopping;
    }
  }

  private static Answer answer(String what, int code, byte[] body) {
    if (code == 404) {
      return new Answer.Missing();
    }
    if (code < 200 || code > 299) {
      return trouble(cause(code), what, "the API server answered " + code);
    }
    try {
      JsonNode json = JSON.readTree(body);
      return json.isObject()
          ? new Answer.Found(json)
          : trouble(Cause.SERVER_ERROR, what, "the API server's answer is not an object");
    } catch (JacksonException notJson) {
      return trouble(Cause.SERVER_ERROR, what, "the API server's answer is not JSON");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // the bytes are in memory
    }
  }

  /** The class of trouble that an HTTP status stands for. */
  static Cause cause(int code) {
    return switch (code) {
      case 401 -> Cause.UNAUTHENTICATED;
      case 403 -> Cause.FORBIDDEN;
      case 429 -> Cause.THROTTLED;
      default -> Cause.SERVER_ERROR;
    };
  }

  private static Answer failure(String what, Throwable failure) {
    return switch (failure) {
      case TooLarge big -> trouble(Cause.TOO_LARGE, what, "the answer is over 16 MiB");
      case HttpTimeoutException late ->
          trouble(Cause.DEADLINE, what, "the API server did not answer in time");
      case TimeoutException late ->
          trouble(Cause.DEADLINE, what, "the API server did not answer in time");
      default ->
          trouble(
              Cause.UNREACHABLE,
              what,
              "there was no connection to the API server (" + failure.getMessage() + ")");
    };
  }

  private static Answer.Trouble trouble(Cause cause, String what, String outcome) {
    return new Answer.Trouble(Doubt.of(cause, "tried to read " + what + ", but " + outcome));
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Collects a body up to the bound. */
  private static final class Body implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    private final CompletableFuture<byte[]> done = new CompletableFuture<>();

    void begin(AsyncBody body) {
      var _ =
          body.done()
              .whenComplete((end, failure) -> {
                if (failure != null) {
                  done.completeExceptionally(failure);
                } else {
                  done.complete(collected());
                }
              });
      var _ =
          done.whenComplete((end, failure) -> {
            if (failure != null) {
              body.cancel();
            }
          });
      body.consume();
    }

    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody body) {
      if (append(buffers)) {
        body.consume();
      } else {
        done.completeExceptionally(new TooLarge());
      }
    }

    private synchronized boolean append(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (bytes.size() + buffer.remaining() > MOST_BYTES) {
          return false;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.writeBytes(part);
      }
      return true;
    }

    private synchronized byte[] collected() {
      return bytes.toByteArray();
    }

    void stop() {
      done.cancel(false);
    }
  }
}
