package dev.tidegate.check;

import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Status;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Which results count, and the words for those that do not. */
final class ScanTexts {
  /** How far clocks of scanners may be ahead of ours. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final String SCAN =
      "scan it in Harbor (the artifact's page, Scan), then apply again";

  private ScanTexts() {}

  /**
   * Why there is nothing that could be judged.
   *
   * @param cause for doubts
   * @param what as the words after "container web: "
   * @param lasting whether waiting cannot help
   */
  record Problem(Cause cause, String what, String fix, boolean lasting) {}

  private static Problem notYet(ScanJudging.Part part, String what, String fix) {
    return new Problem(Cause.NOT_SCANNED, part.words() + " " + what, fix, false);
  }

  /**
   * The source knows nothing of the image.
   *
   * @param instead what there is that does not count; empty when there is nothing
   */
  static Problem unheardOf(ScanJudging.Part part, ImageScan.Parameters parameters, String instead) {
    return switch (parameters.source().source()) {
      case HARBOR ->
          notYet(part, "is not in Harbor, so nobody scanned it", "push it to Harbor and scan it");
      case REPORT ->
          notYet(
              part,
              "has no scan report among those that were given",
              "give its report with --scan, made by: trivy image --format json IMAGE@DIGEST");
      case ATTESTATION ->
          notYet(
              part,
              "has no scan report attested by "
                  + Words.some(parameters.signers().stream().map(SignerSpec::name).toList(), 3)
                  + instead,
              scan(part, parameters));
    };
  }

  /** How to scan an image anew. */
  private static String scan(ScanJudging.Part part, ImageScan.Parameters parameters) {
    return parameters.source().source() == ScanSource.ATTESTATION
        ? "scan it (trivy image --format cosign-vuln) and attest the result ("
            + AttestationTexts.command(parameters.signers(), "vuln", part.image())
            + "), then apply again"
        : SCAN;
  }

  /** Nobody can have scanned it, and nobody will before somebody pulls it. */
  static Problem notCached(ScanJudging.Part part) {
    return new Problem(
        Cause.NOT_SCANNED,
        part.words() + " was not pulled through its proxy cache yet, so nobody could scan it",
        pull(part) + ", or have proxyCache: admitThenRecheck set in the policy",
        true);
  }

  private static String pull(ScanJudging.Part part) {
    return "pull it through Harbor (crane pull "
        + part.image()
        + " image.tar), scan it there, then apply again"
        + part.platform()
            .map(one -> "; where no node runs " + one + ", have the policy's platforms say so")
            .orElse("");
  }

  /** The time is over, and {@code state} is no scan that counts. */
  static Problem neverScanned(
      ScanJudging.Part part, ScanState state, Instant since, ImageScan.Parameters parameters) {
    return new Problem(
        Cause.NOT_SCANNED,
        part.words()
            + " was let through without a scan from "
            + since
            + " on, for the "
            + days(parameters.recheckTime())
            + " that the policy grants, and "
            + later(state),
        state instanceof ScanState.NotCached ? pull(part) : SCAN,
        true);
  }

  /** The same while the time is not over. */
  static ScanFindings.Told scannedLater(ScanJudging.Part part, ScanState state) {
    return new ScanFindings.Told(
        Severity.MEDIUM,
        part.words() + " " + later(state),
        "let the project scan images as they come (its configuration, scan on push)");
  }

  private static String later(ScanState state) {
    return switch (state) {
      case ScanState.NotCached none -> "is not in its proxy cache yet";
      case ScanState.UnderWay scan ->
          scan.running() ? "is being scanned" : "is waiting for its scan to begin";
      default -> "is in its proxy cache now, but not scanned";
    };
  }

  /** What a state without report means. */
  static Problem stateless(
      ScanJudging.Part part, ScanState state, ImageScan.Parameters parameters) {
    boolean attested = parameters.source().source() == ScanSource.ATTESTATION;
    return switch (state) {
      case ScanState.NotScanned none -> notYet(part, "has never been scanned", SCAN);
      case ScanState.UnderWay scan ->
          notYet(
              part,
              scan.running()
                  ? "is being scanned at the moment"
                  : "is waiting for its scan to begin",
              "apply again when the scan has ended");
      case ScanState.Stopped stopped ->
          notYet(part, "has no result: somebody stopped its scan", SCAN);
      case ScanState.Failed failed ->
          notYet(
              part,
              "has no result: its scan failed",
              "see the scan's log in Harbor, then scan again and apply again");
      case ScanState.NotCached none -> notCached(part);
      case ScanState.Unsupported cannot ->
          new Problem(
              Cause.NOT_SCANNED,
              part.words() + " cannot be scanned by the scanner of its project",
              "give the project a scanner that can, or ask for an exemption",
              true);
      case ScanState.WithoutReport empty ->
          notYet(
              part,
              "has a scan without a report, which is not the same as one that found nothing",
              attested ? scan(part, parameters) : "scan it again, then apply again");
      case ScanState.SbomOnly sbom ->
          notYet(
              part,
              "has a list of its contents (SBOM), but was never scanned for vulnerabilities",
              SCAN);
      case ScanState.Strange strange ->
          new Problem(
              Cause.MALFORMED,
              part.words() + " has a scan in a state that is not understood: " + strange.what(),
              attested
                  ? scan(part, parameters)
                  : "scan it again; if it stays so, tell the gate's operators",
              false);
      case ScanState.Reported reported ->
          throw new IllegalArgumentException("a state with a report is judged by it");
    };
  }

  /** Why {@code report} does not count; empty when it does. */
  static Optional<Problem> unfit(
      ScanJudging.Part part,
      ScanState state,
      ScanReport report,
      ImageScan.Parameters parameters,
      Instant now) {
    if (!parameters.scanners().isEmpty()
        && parameters.scanners().stream().noneMatch(spec -> spec.is(report.scanner()))) {
      return Optional.of(
          notYet(
              part,
              "was scanned by " + report.scanner() + ", which the policy does not trust",
              "have it scanned by "
                  + Words.some(
                      parameters.scanners().stream().map(ScannerSpec::toString).toList(), 3)));
    }
    Instant latest = now.plus(SKEW);
    if (report.scanned().map(latest::isBefore).orElse(false)
        || report.database().map(latest::isBefore).orElse(false)) {
      return Optional.of(
          new Problem(
              Cause.MALFORMED,
              part.words()
                  + " has a scan result from the future ("
                  + report.scanned().map(Instant::toString).orElse("no date")
                  + ")",
              "correct the clock of the scanner, then scan again",
              false));
    }
    if (parameters.maxAge().isPresent()) {
      Duration most = parameters.maxAge().get();
      if (report.scanned().isEmpty()) {
        return Optional.of(
            notYet(part, "has a scan result that does not say how old it is", "scan it again"));
      }
      if (report.scanned().get().plus(most).isBefore(now)) {
        return Optional.of(
            notYet(
                part,
                "was scanned last at "
                    + report.scanned().get()
                    + ", longer ago than the "
                    + days(most)
                    + " that the policy accepts"
                    + since(state),
                state instanceof ScanState.UnderWay
                    ? "apply again when the scan has ended"
                    : "scan it again, then apply again"));
      }
    }
    if (parameters.maxDatabaseAge().isPresent()) {
      Duration most = parameters.maxDatabaseAge().get();
      if (report.database().isEmpty()) {
        return Optional.of(
            notYet(
                part,
                "has a scan result of which nobody knows how old the scanner's data was",
                parameters.source().source() == ScanSource.HARBOR
                    ? "let the gate's robot read scanners, and scan it again with one that says how"
                        + " old its data is, or remove maxDatabaseAge from the policy"
                    : "use a scanner that says so, or remove maxDatabaseAge from the policy"));
      }
      if (report.database().get().plus(most).isBefore(now)) {
        return Optional.of(
            notYet(
                part,
                "was scanned with vulnerability data of "
                    + report.database().get()
                    + ", older than the "
                    + days(most)
                    + " that the policy accepts",
                "let the scanner update its data, then scan again"));
      }
    }
    return Optional.empty();
  }

  private static String since(ScanState state) {
    return switch (state) {
      case ScanState.UnderWay scan -> "; a new scan is under way";
      case ScanState.Failed failed -> "; a newer scan failed";
      case ScanState.Stopped stopped -> "; a newer scan was stopped";
      default -> "";
    };
  }

  private static String days(Duration time) {
    if (time.toHours() % 24 == 0 && time.toDays() > 0) {
      return Words.count((int) time.toDays(), "day", "days");
    }
    if (time.toMinutes() % 60 == 0 && time.toHours() > 0) {
      return Words.count((int) time.toHours(), "hour", "hours");
    }
    return time.toSeconds() % 60 == 0 && time.toMinutes() > 0
        ? Words.count((int) time.toMinutes(), "minute", "minutes")
        : time.toString();
  }

  /** A vulnerability that counts. */
  static ScanFindings.Told told(ScanJudging.Part part, Item item, Optional<AllowedCve> ended) {
    String where = item.name().isEmpty() ? "" : " in " + item.name();
    String what =
        part.words()
            + " has "
            + item.id()
            + " ("
            + rated(item.severity())
            + item.score().map(score -> ", CVSS " + score).orElse("")
            + ")"
            + where
            + (item.installed().isEmpty() ? "" : " " + item.installed())
            + item.fixed().map(version -> ", fixed in " + version).orElse(unfixed(item.status()))
            + (item.suppressed() ? "; whoever scanned has suppressed it" : "")
            + ended
                .map(entry ->
                    "; "
                        + PlainText.of(entry.owner(), 60)
                        + " allowed it until "
                        + entry.until()
                        + " only")
                .orElse("");
    String fix =
        item.fixed()
            .map(version ->
                "rebuild the image with "
                    + (item.name().isEmpty() ? "version" : item.name())
                    + " "
                    + version
                    + " or later")
            .orElse(
                "remove "
                    + (item.name().isEmpty() ? "what it is in" : item.name())
                    + " from the image, or ask the policy's owner to allow "
                    + item.id()
                    + " with reason, owner and end");
    return new ScanFindings.Told(severity(item.severity()), what, fix);
  }

  private static String unfixed(Status status) {
    return switch (status) {
      case WILL_NOT_FIX -> ", which will not be fixed";
      case FIX_DEFERRED -> ", whose fix is deferred";
      case END_OF_LIFE -> ", which has no support any more";
      default -> ", without a fix";
    };
  }

  private static String rated(ScanSeverity severity) {
    return severity == ScanSeverity.UNKNOWN ? "not rated yet" : severity.toString();
  }

  private static Severity severity(ScanSeverity severity) {
    return switch (severity) {
      case CRITICAL -> Severity.CRITICAL;
      case HIGH, UNKNOWN -> Severity.HIGH;
      case MEDIUM -> Severity.MEDIUM;
      case LOW -> Severity.LOW;
      case NEGLIGIBLE, NONE -> Severity.INFO;
    };
  }

  /** {@code told}, with how long it is tolerated, if it is. */
  static ScanFindings.Told tolerated(ScanFindings.Told told, Optional<Instant> until, Instant now) {
    return until
        .map(end ->
            new ScanFindings.Told(
                told.severity(),
                // First, since warnings are cut short.
                "tolerated "
                    + ScanGrace.left(now, end)
                    + ": "
                    + told.what()
                    + "; tolerated until "
                    + end,
                told.fix(),
                until))
        .orElse(told);
  }

  /** What is not told one by one. */
  static ScanFindings.Told more(ScanJudging.Part part, int count, ScanSeverity worst) {
    return new ScanFindings.Told(
        severity(worst),
        part.words() + " has " + count + " more vulnerabilities that count",
        "see all of them in the scan's report");
  }

  /** Why an image passes. */
  static Proof proof(
      ScanJudging.Part part,
      ScanReport report,
      Set<String> allowed,
      ImageScan.Parameters parameters,
      String by) {
    String limit =
        parameters.denySeverity().map(least -> " of " + least + " or worse").orElse("")
            + parameters
                .cvss()
                .map(least ->
                    (parameters.denySeverity().isPresent() ? " or" : "")
                        + " of CVSS "
                        + least
                        + " or more")
                .orElse("");
    return new Proof(
        part.image()
            + " was scanned by "
            + report.scanner()
            + report.scanned().map(at -> " at " + at).orElse("")
            + report.database().map(at -> " with data of " + at).orElse("")
            + (by.isEmpty() ? "" : ", " + by)
            + ": nothing"
            + (limit.isEmpty() ? " that the policy denies" : limit)
            + (parameters.onlyFixable() ? " that has a fix" : "")
            + (allowed.isEmpty() ? "" : " but what is allowed: " + Words.some(allowed, 10)));
  }
}
