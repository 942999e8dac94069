package dev.tidegate.policy;

import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;

/** Reads trusted roots while policies are loaded, so that a broken one is found there. */
@FunctionalInterface
public interface TrustRootReader {
  /**
   * The trusted root in {@code json}.
   *
   * @throws BadValue if it is none that can be used; the sentence names field and remedy
   */
  TrustRoot read(Bytes json);
}
