package dev.tidegate.check;

import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.PlainText;
import java.util.List;
import java.util.Optional;

/** The words for attestations that are there, and for those that are not. */
public final class AttestationTexts {
  private AttestationTexts() {}

  /** Why an image passes: {@code provenance by ci: built by … from …}. */
  static String proof(String signer, Proven proven) {
    return said(proven)
        + ", attested by "
        + signer
        + " ("
        + proven.place()
        + proven.log().map(entry -> ", " + entry).orElse("")
        + ")";
  }

  /** What a verified attestation says, in few words. */
  public static String said(Proven proven) {
    String type = proven.predicateType().orElse("");
    return switch (proven.predicate().orElse(new Predicate.Other(true))) {
      case Predicate.Provenance provenance ->
          "provenance"
              + part(" built by ", provenance.builder())
              + part(" from ", provenance.source())
              + part(" at ", provenance.ref())
              + part(", commit ", provenance.commit());
      case Predicate.Contents contents ->
          "a list of contents ("
              + (PredicateKind.SPDX.is(type) ? "SPDX" : "CycloneDX")
              + (contents.empty()
                  ? ", empty"
                  : contents.packages() == 0
                      ? ""
                      : ", " + Words.count(contents.packages(), "package", "packages"))
              + ")";
      case Predicate.Vulnerabilities report ->
          "a scan report"
              + (report.scanner().isEmpty() ? "" : " of " + report.scanner())
              + report.finished().map(at -> " of " + at).orElse("")
              + (report.result().isEmpty() ? ", without a result" : "");
      case Predicate.Other other -> "a statement of type " + PlainText.of(type, 200);
      case Predicate.Illegible bad ->
          "a statement of type "
              + PlainText.of(type, 200)
              + " that cannot be used ("
              + bad.why()
              + ")";
    };
  }

  private static String part(String before, Optional<String> text) {
    return text.map(some -> before + PlainText.of(some, 200)).orElse("");
  }

  /** What is missing, what is there instead, and why that does not count. */
  static String problem(
      PartsJudging.Judged judged,
      ImageAttestation.Rule rule,
      AttestationSearch.Found found,
      int told) {
    List<String> names = rule.signers().stream().map(SignerSpec::name).toList();
    List<String> counted = List.copyOf(found.firsts().keySet());
    StringBuilder text = new StringBuilder();
    text.append(judged.words());
    if (counted.isEmpty()) {
      text.append(" has no attestation of type ")
          .append(rule.type())
          .append(' ')
          .append(SignatureTexts.from(rule.require(), names, told));
    } else {
      text.append(" has an attestation of type ")
          .append(rule.type())
          .append(" from ")
          .append(Words.and(counted))
          .append(" only, and ")
          .append(SignatureTexts.needed(rule.require(), rule.atLeast(), names, told));
    }
    if (!found.near().isEmpty()) {
      text.append(" that says what the rule demands");
    } else {
      rule.provenance().ifPresent(demanded -> text.append(" with ").append(demanded.words()));
    }
    text.append(found(found, counted.isEmpty() ? "; there is no attestation at all" : "", told));
    return text.toString();
  }

  /** {@code ; found: place: why, …}, or {@code nothing} if nothing was. */
  static String found(AttestationSearch.Found found, String nothing, int told) {
    return found.rejected().isEmpty()
        ? nothing
        : "; found: "
            + Words.some(
                found.rejected().stream()
                    .map(one -> one.place() + ": " + one.why())
                    .distinct()
                    .toList(),
                told);
  }

  static String fix(PinnedImage image, ImageAttestation.Rule rule) {
    return (rule.provenance().isEmpty()
            ? "attest it ("
            : "have it built where the rule says, and attested there (")
        + command(rule.signers(), rule.type().ofCosign(), image)
        + "), then apply again";
  }

  /** The command that makes an attestation. */
  static String command(List<SignerSpec> signers, String type, PinnedImage image) {
    boolean withKey = signers.stream().anyMatch(signer -> signer.key().isPresent());
    return "cosign attest"
        + (withKey ? " --key KEY" : "")
        + " --type "
        + type
        + " --predicate FILE "
        + image;
  }
}
