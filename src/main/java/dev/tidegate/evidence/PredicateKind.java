package dev.tidegate.evidence;

import java.util.Optional;

/** The predicate types of in-toto statements whose content is understood here. */
public enum PredicateKind {
  /** How something was built, as SLSA 0.2 writes it. */
  SLSA_02("https://slsa.dev/provenance/v0.2", false),
  /** How something was built, as SLSA 1 writes it. */
  SLSA_1("https://slsa.dev/provenance/v1", false),
  /** What is in it (SBOM), in SPDX. */
  SPDX("https://spdx.dev/Document", true),
  /** What is in it (SBOM), in CycloneDX. */
  CYCLONEDX("https://cyclonedx.org/bom", true),
  /** What a scanner found, as {@code cosign attest --type vuln} writes it. */
  VULNERABILITIES("https://cosign.sigstore.dev/attestation/vuln/v1", false);

  private final String uri;
  private final boolean versions;

  PredicateKind(String uri, boolean versions) {
    this.uri = uri;
    this.versions = versions;
  }

  /** The predicate type in statements. */
  public String uri() {
    return uri;
  }

  /**
   * Whether {@code predicateType} is of this kind; tools append the version of the format to those
   * of SBOMs: {@code https://spdx.dev/Document/v2.3}.
   */
  public boolean is(String predicateType) {
    return predicateType.equals(uri)
        || (versions
            && predicateType.startsWith(uri + "/v")
            && predicateType.substring(uri.length() + 2).matches("[0-9]{1,4}(\\.[0-9]{1,4}){0,2}"));
  }

  /** The kind of {@code predicateType}; empty when it is none of these. */
  public static Optional<PredicateKind> of(String predicateType) {
    for (PredicateKind kind : values()) {
      if (kind.is(predicateType)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
