package dev.tidegate.admission.http;

/** Is told of failures of the server itself. */
public interface Failures {
  /** Answering failed by a defect of ours. */
  void unexpected(Throwable failure);

  /** A connection failed, mostly in its handshake: the other side's trouble. */
  void connection(Throwable failure);
}
