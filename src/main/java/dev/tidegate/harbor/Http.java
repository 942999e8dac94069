package dev.tidegate.harbor;

import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How one Harbor is asked: its address, credential and limits are the implementation's matter. */
@FunctionalInterface
public interface Http {
  /** What came of asking. */
  sealed interface Result {}

  /**
   * An answer.
   *
   * @param headers by name in lower case; of several the first
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Reply(int status, Map<String, String> headers, byte[] body) implements Result {
    public Reply {
      headers = Map.copyOf(headers);
      Objects.requireNonNull(body);
    }

    /** The value of a header. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /** No answer. */
  record NoReply(Doubt doubt) implements Result {
    public NoReply {
      Objects.requireNonNull(doubt);
    }
  }

  /** A question. */
  record Request(Method method, String path, Map<String, String> headers, int mostBytes) {
    public Request {
      Objects.requireNonNull(method);
      headers = Map.copyOf(headers);
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("a path begins with a slash");
      }
    }
  }

  /** What is asked. */
  enum Method {
    GET,
    POST
  }

  /**
   * Asks, and waits until {@code deadline} at most.
   *
   * @param request path and query are encoded already and sent as they are; an answer of more than
   *     {@code mostBytes} is a {@link NoReply}
   */
  Result ask(Request request, Deadline deadline) throws InterruptedException;
}
