package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One judging of {@link ImageScan}, with what it has come to so far. */
final class ScanJudging {
  private static final int MOST_PARTS = 64;
  private static final int DEEPEST = 3;

  private final ImageScan.Parameters parameters;
  private final Facts facts;
  private final ImageFindings judged = new ImageFindings();
  private final ScanGrace grace;

  ScanJudging(ImageScan.Parameters parameters, String namespace, Facts facts) {
    this.grace = new ScanGrace(parameters, namespace, facts);
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
    List<Part> parts = new ArrayList<>();
    if (collect(container, image, Optional.empty(), 0, parts)) {
      parts.forEach(this::judge);
    }
  }

  /** Whether all parts of what {@code image} names are in {@code parts}. */
  private boolean collect(
      Container container,
      PinnedImage image,
      Optional<Platform> platform,
      int depth,
      List<Part> parts) {
    return switch (facts.get(new Manifest(image))) {
      case Evidence.Present<ImageManifest>(ImageManifest.Image one, var at) ->
          parts.add(new Part(container, image, platform));
      case Evidence.Present<ImageManifest>(ImageManifest.Index index, var at) ->
          depth < DEEPEST
              ? children(container, image, index, depth, parts)
              : tooMuch(image + " has indexes in indexes, deeper than " + DEEPEST);
      case Evidence.Absent<ImageManifest> none -> missing(container, image);
      case Evidence.Unavailable<ImageManifest>(Doubt doubt) -> {
        judged.doubt(doubt);
        yield false;
      }
    };
  }

  private boolean children(
      Container container, PinnedImage of, ImageManifest.Index index, int depth, List<Part> parts) {
    List<ImageManifest.Child> meant = index.children().stream().filter(this::isMeant).toList();
    if (meant.isEmpty()) {
      judged.wrong(
          container,
          Severity.HIGH,
          of + " has no image for " + wanted() + ", so there is nothing to judge",
          "build the image for that platform, or have the policy's platforms corrected");
      return false;
    }
    if (parts.size() + meant.size() > MOST_PARTS) {
      return tooMuch(of + " has more than " + MOST_PARTS + " images, too many to judge each");
    }
    boolean all = true;
    for (ImageManifest.Child child : meant) {
      PinnedImage image = new PinnedImage(of.in(), child.digest());
      if (isIndex(child)) {
        all &= collect(container, image, child.platform(), depth + 1, parts);
      } else {
        parts.add(new Part(container, image, child.platform()));
      }
    }
    return all;
  }

  private static boolean isIndex(ImageManifest.Child child) {
    return child.mediaType().contains("image.index") || child.mediaType().contains("manifest.list");
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

  private boolean tooMuch(String what) {
    judged.doubt(Doubt.of(Cause.TOO_LARGE, what));
    return false;
  }

  private boolean missing(Container container, PinnedImage image) {
    judged.noSuchDigest(container, image);
    return false;
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
      without(part, unfit.get());
      return;
    }
    ScanReport report = state.report().orElseThrow();
    ScanFindings found = ScanFindings.of(part, report, parameters, grace, facts);
    found.findings().forEach(one -> judged.wrong(part.container(), one));
    judged.doubt(found.doubts());
    if (found.findings().isEmpty() && found.doubts().isEmpty()) {
      judged.proof(ScanTexts.proof(part, report, found.allowed(), parameters, by));
      judged.passed(grace.passed(part.image(), report));
    }
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
