package dev.tidegate.net;

import dev.tidegate.model.Deadline;

/** One host that is asked, with its credential and within its limits. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Asks, and waits until {@code deadline} at most; see {@link Exchanges#send}.
   *
   * @throws Trouble if there is no answer
   */
  Reply send(Request request, Deadline deadline) throws Trouble, InterruptedException;
}
