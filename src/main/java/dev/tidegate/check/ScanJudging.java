package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Severity;
import java.util.List;
import java.util.Optional;

/** One judging of {@link ImageScan}, with what it has come to so far. */
final class ScanJudging {
  private final ImageScan.Parameters parameters;
  private final Facts facts;
  private final ImageFindings judged = new ImageFindings();
  private final ScanGrace grace;
  private final ScanLater later;

  ScanJudging(ImageScan.Parameters parameters, String namespace, Facts facts) {
    this.grace = new ScanGrace(parameters, namespace, facts);
    this.later = new ScanLater(parameters, namespace, facts);
    this.parameters = parameters;
    this.facts = facts;
  }

  Outcome outcome() {
    return judged.outcome();
  }

  /** One image to be judged by its own result. */
  record Part(Container container, PinnedImage image, Optional<Platform> platform) {
    /** {@code the image}, or which part of it. */
    String words() {
      return platform.map(one -> "the image for " + one).orElse("the image");
    }
  }

  void judge(Container container) {
    switch (Images.of(container, facts)) {
      case Images.Content content -> named(container, content.image());
      case Images.NoSuchTag none -> judged.noSuchTag(container, none.reference());
      case Images.NotKnown unknown -> judged.doubt(unknown.doubt());
      case Images.Illegible bad -> judged.noReference(container, "nobody scanned it");
    }
  }

  private void named(Container container, PinnedImage image) {
    // A report that was given for the very digest needs no registry to be understood.
    if (parameters.source().source() == ScanSource.REPORT
        && facts.get(new Scan(image, ScanSource.REPORT)) instanceof Evidence.Present<ScanState>) {
      judge(new Part(container, image, Optional.empty()));
      return;
    }
    Parts parts = Parts.of(image, this::isMeant, facts);
    parts.absent().forEach(one -> judged.noSuchDigest(container, one));
    parts.hollow().forEach(one -> hollow(container, one));
    judged.doubt(parts.doubts());
    if (!parts.whole()) {
      return;
    }
    if (!parts.index()) {
      judge(new Part(container, image, Optional.empty()));
    }
    parts.images().forEach(one -> judge(new Part(container, one.image(), one.platform())));
  }

  private void hollow(Container container, PinnedImage index) {
    judged.wrong(
        container,
        Severity.HIGH,
        index + " has no image for " + wanted() + ", so there is nothing to judge",
        "build the image for that platform, or have the policy's platforms corrected");
  }

  private boolean isMeant(ImageManifest.Child child) {
    return child.runnable()
        && (parameters.platforms().isEmpty()
            || child.platform().isEmpty()
            || parameters.platforms().stream().anyMatch(child.platform().get()::is));
  }

  private String wanted() {
    return parameters.platforms().isEmpty()
        ? "any platform"
        : Words.some(parameters.platforms().stream().map(Platform::toString).toList(), 5);
  }

  private void judge(Part part) {
    if (parameters.source().source() == ScanSource.ATTESTATION) {
      attested(part);
      return;
    }
    Scan key = new Scan(part.image(), parameters.source().source());
    Evidence<ScanState> remembered = facts.get(key);
    if (remembered instanceof Evidence.Unavailable<ScanState>(Doubt doubt)
        && Pending.in(List.of(doubt))) {
      later.ask(part.image());
      judged.doubt(doubt);
      return;
    }
    if (!(remembered instanceof Evidence.Present<ScanState>(ScanState state, var at))
        || unfit(part, state).isPresent()) {
      // Neither a denial nor a doubt rests on what may be over by now.
      remembered = facts.recent(key);
    }
    switch (remembered) {
      case Evidence.Present<ScanState>(ScanState state, var at) -> judge(part, state, "");
      case Evidence.Absent<ScanState> none ->
          without(part, ScanTexts.unheardOf(part, parameters, ""));
      case Evidence.Unavailable<ScanState>(Doubt doubt) -> judged.doubt(doubt);
    }
  }

  /** The same by what is attested. A newer report may be there that says more: it is looked for. */
  private void attested(Part part) {
    AttestedScanSearch.Found found =
        AttestedScanSearch.of(part.image(), parameters.signers(), facts, false);
    Optional<AttestedScanSearch.Attested> denying = denying(part, found);
    boolean pending =
        found instanceof AttestedScanSearch.NotKnown(List<Doubt> those) && Pending.in(those);
    boolean passes = found instanceof AttestedScanSearch.Newest && denying.isEmpty();
    if (!pending && !passes) {
      found = AttestedScanSearch.of(part.image(), parameters.signers(), facts, true);
      denying = denying(part, found);
    }
    switch (found) {
      case AttestedScanSearch.Newest(List<AttestedScanSearch.Attested> reports) -> {
        AttestedScanSearch.Attested worst = denying.orElse(reports.getFirst());
        judge(part, worst.state(), worst.by());
      }
      case AttestedScanSearch.None(String instead) ->
          without(part, ScanTexts.unheardOf(part, parameters, instead));
      case AttestedScanSearch.NotKnown(List<Doubt> those) -> judged.doubt(those);
    }
  }

  /** The first of the newest reports that stops the image. */
  private Optional<AttestedScanSearch.Attested> denying(Part part, AttestedScanSearch.Found found) {
    return found instanceof AttestedScanSearch.Newest(var reports)
        ? reports.stream().filter(one -> denies(part, one.state())).findFirst()
        : Optional.empty();
  }

  /** Whether {@code state} stops the image, or cannot be judged. */
  private boolean denies(Part part, ScanState state) {
    if (unfit(part, state).isPresent()) {
      return true;
    }
    ScanFindings found =
        ScanFindings.of(part, state.report().orElseThrow(), parameters, grace, facts);
    return !found.findings().isEmpty() || !found.doubts().isEmpty();
  }

  /**
   * Judges {@code part} by {@code state}.
   *
   * @param by who attested it; empty when nobody did
   */
  private void judge(Part part, ScanState state, String by) {
    Optional<ScanTexts.Problem> unfit = unfit(part, state);
    if (unfit.isPresent()) {
      switch (later.of(part, state)) {
        case ScanLater.Said.Nothing nothing -> without(part, unfit.get());
        case ScanLater.Said.Refused(ScanTexts.Problem problem) -> without(part, problem);
        case ScanLater.Said.Unclear(Doubt doubt) -> judged.doubt(doubt);
        case ScanLater.Said.Tolerated(ScanFindings.Told told) -> {
          // What an older scan has found is not forgotten because that scan does not count.
          state.report().ifPresent(old -> found(part, old));
          judged.owingScan(part.container(), told, part.image());
        }
      }
      return;
    }
    ScanReport report = state.report().orElseThrow();
    ScanFindings found = found(part, report);
    if (found.findings().isEmpty() && found.doubts().isEmpty()) {
      judged.proof(ScanTexts.proof(part, report, found.allowed(), parameters, by));
      judged.passed(grace.passed(part.image(), report));
    }
  }

  private ScanFindings found(Part part, ScanReport report) {
    ScanFindings found = ScanFindings.of(part, report, parameters, grace, facts);
    found.findings().forEach(one -> judged.wrong(part.container(), one));
    judged.doubt(found.doubts());
    return found;
  }

  /** Why {@code state} has nothing that could be judged; empty when it has. */
  private Optional<ScanTexts.Problem> unfit(Part part, ScanState state) {
    return state.report().isEmpty()
        ? Optional.of(ScanTexts.stateless(part, state, parameters))
        : ScanTexts.unfit(part, state, state.report().get(), parameters, facts.now());
  }

  private void without(Part part, ScanTexts.Problem problem) {
    if (parameters.notScanned() == ImageScan.NotScanned.DENY || problem.lasting()) {
      judged.wrong(part.container(), Severity.HIGH, problem.what(), problem.fix());
    } else {
      judged.doubt(
          Doubt.of(problem.cause(), part.image() + ": " + problem.what() + "; " + problem.fix()));
    }
  }
}
