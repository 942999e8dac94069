package dev.tidegate.evidence;

/** Where scan results are read. */
public enum ScanSource {
  /** A Harbor's scanner, by its API. */
  HARBOR,
  /** Report files that the command was given. */
  REPORT,
  /** Signed statements beside the image. */
  ATTESTATION
}
