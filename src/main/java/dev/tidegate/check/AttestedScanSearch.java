package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest scan report that a signer of the policy has attested of an image. Which is the newest
 * is told by when the scan ended, else by when the statement is proven to have existed; one that
 * tells neither is taken for the newest, so that it cannot hide behind an older one.
 */
final class AttestedScanSearch {
  private static final Comparator<Candidate> OLDEST_FIRST = Comparator.comparing(Candidate::time);

  private static final AttestationSearch.Demand REPORT =
      new AttestationSearch.Demand() {
        @Override
        public boolean asksFor(Proven proven) {
          return PredicateKind.VULNERABILITIES.is(proven.predicateType().orElse(""));
        }

        @Override
        public Optional<String> against(Proven proven) {
          return asksFor(proven)
              ? Optional.empty()
              : Optional.of(
                  "it is "
                      + AttestationTexts.said(proven)
                      + ", where a scan report (cosign attest --type vuln) is demanded");
        }
      };

  private AttestedScanSearch() {}

  /** What was found about one image. */
  sealed interface Found {}

  /**
   * The newest of what was attested.
   *
   * @param by who attested it, and where it was found
   */
  record Newest(ScanState state, String by) implements Found {}

  /**
   * Nothing that counts.
   *
   * @param instead what there is, and why it does not count; empty when there is nothing
   */
  record None(String instead) implements Found {}

  /** It cannot be known at the moment. */
  record NotKnown(List<Doubt> doubts) implements Found {}

  private record Candidate(String signer, Proven proven) {
    Instant time() {
      return said()
          .flatMap(Predicate.Vulnerabilities::finished)
          .or(() -> proven.times().stream().findFirst())
          .orElse(Instant.MAX);
    }

    Optional<Predicate.Vulnerabilities> said() {
      return proven.predicate().orElse(null) instanceof Predicate.Vulnerabilities one
          ? Optional.of(one)
          : Optional.empty();
    }
  }

  /** What is remembered, or with {@code recent} what is there right now. */
  static Found of(PinnedImage image, List<SignerSpec> signers, Facts facts, boolean recent) {
    AttestationSearch search = new AttestationSearch(signers, REPORT, facts);
    AttestationSearch.Found found = recent ? search.recent(image) : search.remembered(image);
    if (!found.doubts().isEmpty()) {
      return new NotKnown(found.doubts()); // what is not known may be newer
    }
    Optional<Candidate> newest =
        found.counted().entrySet().stream()
            .flatMap(AttestedScanSearch::candidates)
            .max(OLDEST_FIRST);
    if (newest.isEmpty()) {
      return new None(AttestationTexts.found(found, "", 3));
    }
    String by = "attested by " + newest.get().signer() + " (" + newest.get().proven().place() + ")";
    Optional<Predicate.Vulnerabilities> said = newest.get().said();
    if (said.isEmpty()) {
      return new Newest(new ScanState.Strange("its attestation cannot be read"), by);
    }
    return switch (facts.get(new AttestedScan(said.get()))) {
      case Evidence.Present<ScanState>(ScanState state, var at) -> new Newest(state, by);
      case Evidence.Absent<ScanState> none -> new Newest(new ScanState.WithoutReport(), by);
      case Evidence.Unavailable<ScanState>(Doubt doubt) -> new NotKnown(List.of(doubt));
    };
  }

  private static java.util.stream.Stream<Candidate> candidates(Map.Entry<String, List<Proven>> of) {
    return of.getValue().stream().map(one -> new Candidate(of.getKey(), one));
  }
}
