package dev.tidegate.check;

import java.util.List;

/** The checks of this gate: a list to be read, nothing is discovered. */
public final class Checks {
  private static final CheckRegistry ALL =
      CheckRegistry.of(
          List.of(
              new ImageReferenceCheck(),
              new ImageSignature(),
              new ImageAttestation(),
              new ImageScan(),
              new NonRoot(),
              new ResourceLimits(),
              new NetworkPolicyCheck()));

  private Checks() {}

  /** All of them. */
  public static CheckRegistry all() {
    return ALL;
  }
}
