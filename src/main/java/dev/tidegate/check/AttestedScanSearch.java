package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The newest scan report that a signer of the policy has attested of an image. Which is the newest
 * is told by when the scan ended, else by when the statement is proven to have existed; one that
 * tells neither is taken for the newest, so that it cannot hide behind an older one.
 */
final class AttestedScanSearch {
  /** How far clocks of scanners may be ahead of ours. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int MOST_AT_ONE_TIME = 16;

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
   * @param reports usually one; several are of one moment, so that nobody can say which of them was
   *     the last: all of them count
   */
  record Newest(List<Attested> reports) implements Found {
    Newest {
      reports = List.copyOf(reports);
    }
  }

  /**
   * One report.
   *
   * @param by who attested it, and where it was found
   */
  record Attested(ScanState state, String by) {}

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

    Attested is(ScanState state) {
      return new Attested(state, "attested by " + signer + " (" + proven.place() + ")");
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
    List<Candidate> all =
        found.counted().entrySet().stream().flatMap(AttestedScanSearch::candidates).toList();
    if (all.isEmpty()) {
      return new None(AttestationTexts.found(found, "", 3));
    }
    Instant newest = all.stream().map(Candidate::time).max(Comparator.naturalOrder()).orElseThrow();
    List<Candidate> equallyNew = all.stream().filter(one -> one.time().equals(newest)).toList();
    if (equallyNew.size() > MOST_AT_ONE_TIME) {
      return new NotKnown(
          List.of(
              Doubt.of(
                  Cause.TOO_LARGE,
                  image + " has more than " + MOST_AT_ONE_TIME + " scan reports of one moment")));
    }
    return read(equallyNew, facts);
  }

  private static Found read(List<Candidate> equallyNew, Facts facts) {
    List<Attested> known = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>();
    for (Candidate one : equallyNew) {
      if (one.said().isEmpty()) {
        known.add(one.is(new ScanState.Strange("its attestation cannot be read")));
      } else if (!one.time().equals(Instant.MAX) && one.time().isAfter(facts.now().plus(SKEW))) {
        known.add(one.is(new ScanState.Strange("its scan is said to have ended at " + one.time())));
      } else {
        switch (facts.get(new AttestedScan(one.said().get()))) {
          case Evidence.Present<ScanState>(ScanState state, var at) -> known.add(one.is(state));
          case Evidence.Absent<ScanState> none -> known.add(one.is(new ScanState.WithoutReport()));
          case Evidence.Unavailable<ScanState>(Doubt doubt) -> doubts.add(doubt);
        }
      }
    }
    return doubts.isEmpty() ? new Newest(known) : new NotKnown(List.copyOf(doubts));
  }

  private static Stream<Candidate> candidates(Map.Entry<String, List<Proven>> of) {
    return of.getValue().stream().map(one -> new Candidate(of.getKey(), one));
  }
}
