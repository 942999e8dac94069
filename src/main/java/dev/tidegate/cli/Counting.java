package dev.tidegate.cli;

import dev.tidegate.check.AttestationTexts;
import dev.tidegate.check.ImageAttestation;
import dev.tidegate.check.ImageScan;
import dev.tidegate.check.ImageSignature;
import dev.tidegate.check.NamesSigners;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.ImageReference;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.PolicySet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What the documents beside one image are to the signers whom policies name for it. */
final class Counting {
  private final Map<String, SignerSpec> signers;
  private final Set<String> ofSignatures;
  private final Set<String> ofScans;
  private final List<ImageAttestation.Rule> rules;
  private final Instant now;

  private Counting(
      Map<String, SignerSpec> signers,
      Set<String> ofSignatures,
      Set<String> ofScans,
      List<ImageAttestation.Rule> rules,
      Instant now) {
    this.signers = signers;
    this.ofSignatures = ofSignatures;
    this.ofScans = ofScans;
    this.rules = rules;
    this.now = now;
  }

  /** The signers of rules for {@code image}, or of all rules if none is for it. */
  static Counting of(PolicySet set, ImageReference image, Instant now) {
    Map<String, SignerSpec> all = new LinkedHashMap<>();
    Map<String, SignerSpec> meant = new LinkedHashMap<>();
    Set<String> ofSignatures = new LinkedHashSet<>();
    Set<String> ofScans = new LinkedHashSet<>();
    List<ImageAttestation.Rule> rules = new ArrayList<>();
    set.policies().stream()
        .flatMap(policy -> policy.checks().stream())
        .map(Configured::parameters)
        .forEach(parameters -> {
          if (parameters instanceof NamesSigners names) {
            names.signersNamed().forEach(one -> all.putIfAbsent(one.name(), one));
          }
          switch (parameters) {
            case ImageSignature.Parameters signatures ->
                signatures.rules().stream()
                    .filter(
                        rule -> rule.images().stream().anyMatch(pattern -> pattern.matches(image)))
                    .forEach(rule -> add(rule.signers(), meant, ofSignatures));
            case ImageAttestation.Parameters attestations ->
                attestations.rules().stream()
                    .filter(rule -> rule.isFor(image))
                    .forEach(rule -> {
                      rules.add(rule);
                      add(rule.signers(), meant, new LinkedHashSet<>());
                    });
            case ImageScan.Parameters scan -> add(scan.signers(), meant, ofScans);
            default -> {}
          }
        });
    return meant.isEmpty()
        ? new Counting(all, all.keySet(), Set.of(), List.of(), now)
        : new Counting(meant, ofSignatures, ofScans, rules, now);
  }

  private static void add(
      List<SignerSpec> signers, Map<String, SignerSpec> meant, Set<String> names) {
    for (SignerSpec signer : signers) {
      meant.putIfAbsent(signer.name(), signer);
      names.add(signer.name());
    }
  }

  /** Those whom documents are verified for, by name. */
  Map<String, SignerSpec> signers() {
    return signers;
  }

  /** What the document at {@code place} is to {@code signer}. */
  List<ImageReport.Counts> of(String place, String signer, SignatureProofs proofs) {
    List<ImageReport.Counts> counts = new ArrayList<>();
    for (Proven proven : proofs.proven()) {
      if (proven.place().equals(place)) {
        if (proven.kind() == SignatureProofs.Kind.SIGNATURE) {
          counts.add(signature(signer, proven));
        } else {
          attestation(signer, proven, counts);
        }
      }
    }
    for (SignatureProofs.Rejected rejected : proofs.rejected()) {
      if (rejected.place().equals(place)) {
        counts.add(new ImageReport.Counts(signer, false, rejected.why()));
      }
    }
    return counts;
  }

  private ImageReport.Counts signature(String signer, Proven proven) {
    boolean wanted = ofSignatures.contains(signer);
    Optional<String> why = wanted ? against(signer, proven) : Optional.empty();
    return new ImageReport.Counts(
        signer,
        wanted && why.isEmpty(),
        why.map(reason -> reason + "; it is ").orElse("")
            + (wanted ? "signed by " : "it is a signature, not an attestation, by ")
            + proven.signer()
            + details(proven));
  }

  private void attestation(String signer, Proven proven, List<ImageReport.Counts> counts) {
    String said = AttestationTexts.said(proven) + ", by " + proven.signer() + details(proven);
    int before = counts.size();
    for (ImageAttestation.Rule rule : rules) {
      Optional<SignerSpec> named =
          rule.signers().stream().filter(one -> one.name().equals(signer)).findFirst();
      if (named.isPresent() && rule.asksFor(proven)) {
        Optional<String> why = rule.against(named.get(), proven, now);
        counts.add(
            new ImageReport.Counts(
                signer,
                why.isEmpty(),
                "as "
                    + rule.type()
                    + ": "
                    + why.map(reason -> reason + "; it is " + said).orElse(said)));
      }
    }
    if (ofScans.contains(signer)
        && PredicateKind.VULNERABILITIES.is(proven.predicateType().orElse(""))) {
      Optional<String> why = against(signer, proven);
      counts.add(
          new ImageReport.Counts(
              signer,
              why.isEmpty(),
              why.map(reason -> "as scan report: " + reason + "; it is " + said)
                  .orElse("as scan report, if it is the newest: " + said)));
    }
    if (counts.size() == before) {
      counts.add(
          new ImageReport.Counts(
              signer,
              false,
              (ofSignatures.contains(signer)
                      ? "it is an attestation, not a signature: "
                      : "no rule asks for it: ")
                  + said));
    }
  }

  /** Why what is verified does not count by its time. */
  private Optional<String> against(String signer, Proven proven) {
    return Objects.requireNonNull(signers.get(signer)).against(proven, now);
  }

  private static String details(Proven proven) {
    return proven.log().map(log -> ", " + log).orElse("")
        + (proven.times().isEmpty() ? "" : ", at " + proven.times().getFirst())
        + (proven.annotations().isEmpty() ? "" : ", " + proven.annotations());
  }
}
