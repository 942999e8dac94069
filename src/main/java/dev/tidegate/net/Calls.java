package dev.tidegate.net;

import java.time.Duration;

/** Is told of every call that left the gate. */
@FunctionalInterface
public interface Calls {
  /** Tells nobody. */
  Calls NONE = call -> {};

  /** {@code call} has ended. Must be quick and may not throw. */
  void made(Call call);

  /**
   * One request and what came of it.
   *
   * @param host the configured host that it belongs to
   * @param method of HTTP
   * @param target what was asked for: path, and the host if it is another one
   * @param result the status, or the cause of trouble
   * @param took how long
   */
  record Call(String host, String method, String target, String result, Duration took) {}
}
