package dev.tidegate.check;

import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.util.List;
import java.util.Map;

/**
 * Which attestations a policy means: a word for known predicate types, or one predicate type.
 *
 * @param text as the policy writes it
 * @param kinds the known kinds that are meant; empty when {@code text} is the predicate type
 */
public record AttestationType(String text, List<PredicateKind> kinds) {
  private static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private static final Map<String, List<PredicateKind>> WORDS =
      Map.of(
          "slsaprovenance", List.of(PredicateKind.SLSA_02, PredicateKind.SLSA_1),
          "slsaprovenance02", List.of(PredicateKind.SLSA_02),
          "slsaprovenance1", List.of(PredicateKind.SLSA_1),
          "spdx", List.of(PredicateKind.SPDX),
          "cyclonedx", List.of(PredicateKind.CYCLONEDX),
          "vuln", List.of(PredicateKind.VULNERABILITIES));

  private static final String CHOICE =
      "write slsaprovenance, slsaprovenance02, slsaprovenance1, spdx, cyclonedx, vuln, or a"
          + " predicate type such as https://openvex.dev/ns/v0.2.0";

  public AttestationType {
    kinds = List.copyOf(kinds);
  }

  /**
   * Reads a word or a URI.
   *
   * @throws BadValue if it is neither, or is the predicate type of signatures
   */
  public static AttestationType parse(String text) {
    List<PredicateKind> kinds = WORDS.get(text);
    if (kinds != null) {
      return new AttestationType(text, kinds);
    }
    if (text.equals(SIGNATURE)) {
      throw new BadValue(
          "this predicate type is a signature's, not an attestation's",
          "use the check imageSignature");
    }
    if (!text.matches("[a-z][a-z0-9+.-]{0,30}:(//)?[!-.0-~][!-~]{0,450}")) {
      throw new BadValue(PlainText.quote(text) + " is no type of attestation", CHOICE);
    }
    return new AttestationType(text, List.of());
  }

  /** Whether {@code predicateType} is meant. */
  boolean is(String predicateType) {
    return kinds.isEmpty()
        ? predicateType.equals(text)
        : kinds.stream().anyMatch(kind -> kind.is(predicateType));
  }

  /** Whether it is about how something was built. */
  boolean isProvenance() {
    return kinds.contains(PredicateKind.SLSA_02)
        || kinds.contains(PredicateKind.SLSA_1)
        || text.equals(PredicateKind.SLSA_02.uri())
        || text.equals(PredicateKind.SLSA_1.uri());
  }

  /** The word by which cosign makes one. */
  String ofCosign() {
    return switch (text) {
      case "slsaprovenance" -> "slsaprovenance1";
      case "spdx" -> "spdxjson";
      default -> text;
    };
  }

  /** As the policy writes it. */
  @Override
  public String toString() {
    return text;
  }
}
