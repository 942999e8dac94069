package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.Container;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Subject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a scanner may have found in images.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>the image of every container and image volume, and of a multi-platform image each part that
 *       {@code platforms} can run: a result that counts, in which nothing reaches a threshold that
 *       is not allowed
 * </ul>
 */
public final class ImageScan implements Check<ImageScan.Parameters> {
  private static final Duration LONGEST_GRACE = Duration.ofDays(90);
  private static final Duration SHORTEST_RECHECK = Duration.ofMinutes(1);
  private static final Duration USUAL_RECHECK = Duration.ofHours(1);
  private static final Duration LONGEST_RECHECK = Duration.ofHours(24);

  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "imageScan",
          "Images are scanned, and what was found can be lived with",
          List.of(
              "Every image must have been scanned by a scanner that the policy trusts, recently"
                  + " enough, and nothing that was found may reach the policy's thresholds of"
                  + " severity or CVSS score, unless the policy allows that vulnerability until a"
                  + " day that has not passed. Of a multi-platform image each part is judged by its"
                  + " own result. No result, a failed scan and an empty answer are never the same"
                  + " as a result in which nothing was found.",
              "A known vulnerability with a known fix is what attackers try first. Whoever lets an"
                  + " image run should know what is in it, and an old result, or none, knows"
                  + " nothing of what was found since.",
              "Rebuild the image with the fixed versions that the text names. Where there is no"
                  + " fix, or it cannot be reached, whoever owns the policy can allow that one"
                  + " vulnerability with reason, owner and end. Where the image was not scanned,"
                  + " start a scan in Harbor, and let projects scan on push."),
          Set.of(Input.IMAGES),
          false);

  /** What to say of an image without a result that counts. */
  public enum NotScanned {
    /** That it cannot be decided yet; a scan is asked for. */
    WAIT,
    /** That it may not run. */
    DENY
  }

  /** What to say of an image that its proxy cache has not got yet, so that no scan can be there. */
  public enum ProxyCache {
    /** That it may not run: somebody has to pull it first. */
    DENY,
    /** That it may run, and is judged as soon as it is scanned. */
    ADMIT_THEN_RECHECK
  }

  /** Whether something counts against an image. */
  public enum Counts {
    /** It does. */
    DENY,
    /** It does not. */
    IGNORE
  }

  /**
   * What a policy may say.
   *
   * @param source where results are read
   * @param denySeverity from which severity on
   * @param cvss from which score on
   * @param onlyFixable whether only what has a fix counts
   * @param unknownSeverity what has no rating
   * @param maxAge of a result
   * @param maxDatabaseAge of the scanner's data
   * @param notScanned what to say without a result
   * @param allow what is tolerated
   * @param deny what is never tolerated
   * @param projectAllowLists whose own lists count
   * @param platforms which parts of a multi-platform image
   * @param scanners whose results count
   * @param endOfLife distributions without support
   * @param suppressed what whoever scanned has taken out
   * @param grace how long what is found later is tolerated where the image runs already
   * @param signers who may attest results
   * @param proxyCache what to say of an image that nobody has pulled through its proxy cache yet
   * @param recheckWithin how long such an image may run without a scan
   */
  public record Parameters(
      @Field(
              value =
                  "Where results are read: harbor (the scanner of the Harbor that the image is in),"
                      + " attestation (the newest scan report that one of signers has attested, as"
                      + " cosign attest --type vuln makes them) or report (files that a command is"
                      + " given with --scan; an admission webhook has none).",
              fallback = "harbor")
          ScanFrom source,
      @Field(
              "The severity from which on a vulnerability counts (inclusive): Negligible, Low,"
                  + " Medium, High or Critical. What has no rating is ruled by unknownSeverity.")
          Optional<ScanSeverity> denySeverity,
      @Field(
              "The CVSS score from which on a vulnerability counts (inclusive), also if its severity"
                  + " does not: 7.0. Of several scores the highest is compared, version 3 or 4"
                  + " before version 2.")
          Optional<CvssScore> cvss,
      @Field(
              value =
                  "Whether only vulnerabilities count for which a fixed version is known. What deny"
                      + " names counts all the same.",
              fallback = "false")
          boolean onlyFixable,
      @Field(
              value =
                  "What to do about vulnerabilities that nobody has rated yet: deny (they may be the"
                      + " worst, so they count like those of denySeverity) or ignore. A score counts"
                      + " all the same.",
              fallback = "deny")
          Counts unknownSeverity,
      @Field("How old a result may be (inclusive), from the end of the scan.")
          Optional<Duration> maxAge,
      @Field(
              "How old the vulnerability data with which the scanner scanned may be (inclusive), from"
                  + " its last update before the scan up to now. A result of which that is not known"
                  + " does not count; for Harbor the gate asks the scanner.")
          Optional<Duration> maxDatabaseAge,
      @Field(
              value =
                  "What to say of an image that has no result that counts: wait (it cannot be decided"
                      + " yet, which refuses as well where the policy enforces) or deny (a finding).",
              fallback = "wait")
          NotScanned notScanned,
      @Field("Vulnerabilities that may be there until they end.") List<AllowedCve> allow,
      @Field(
              "Vulnerabilities that may never be there, by id, whatever their severity; no allow list"
                  + " helps.")
          Set<String> deny,
      @Field(
              "Harbor projects whose own allow list counts for their own images. Those who run a"
                  + " project can change it, so without an entry here it is not even read.")
          List<ProjectListSpec> projectAllowLists,
      @Field(
              "The platforms that the nodes have: of a multi-platform image these parts are judged,"
                  + " and parts that do not say their platform. Without it every part is judged.")
          List<Platform> platforms,
      @Field("The scanners whose results count. Without it every scanner's do.")
          List<ScannerSpec> scanners,
      @Field(
              value =
                  "What to do about an image whose distribution has no support any more, where the"
                      + " result says so: deny or ignore.",
              fallback = "ignore")
          Counts endOfLife,
      @Field(
              value =
                  "What to do about vulnerabilities that whoever scanned has taken out of the result"
                      + " (an ignore file, VEX), where the result lists them: deny (they count like"
                      + " the others) or ignore.",
              fallback = "deny")
          Counts suppressed,
      @Field(
              value =
                  "How long (exclusive), from the end of the scan that showed it first, a"
                      + " vulnerability is tolerated in an image that was let through in the same"
                      + " namespace under the same demands before that scan, at most 90d. Exemptions,"
                      + " audit and what could not be decided are no such passing; what deny names"
                      + " has no grace. The gate must have seen the scan before, which the command"
                      + " line has not.",
              fallback = "0s")
          Duration grace,
      @Field("Who may attest scan reports, for source: attestation.") List<SignerSpec> signers,
      @Field(
              value =
                  "What to say of an image of a proxy cache project of Harbor that nobody has pulled"
                      + " yet, so that it cannot have a scan: deny (somebody pulls it through Harbor"
                      + " first) or admitThenRecheck (it is let through with a warning, its scan is"
                      + " asked for, and what comes of it is logged and counted).",
              fallback = "deny")
          ProxyCache proxyCache,
      @Field(
              "How long (exclusive), from the first pod of a namespace on, such an image is let"
                  + " through without a scan, from 1m to 24h; 1h without it. Afterwards it is"
                  + " refused until it is scanned. Only with proxyCache: admitThenRecheck.")
          Optional<Duration> recheckWithin)
      implements NamesSigners {

    public Parameters {
      signers = List.copyOf(signers);
      attested(source, signers, grace);
      rechecked(source, proxyCache, recheckWithin);
      allow = List.copyOf(allow);
      deny = Set.copyOf(deny);
      projectAllowLists = List.copyOf(projectAllowLists);
      platforms = List.copyOf(platforms);
      scanners = List.copyOf(scanners);
      deny.forEach(id -> AllowedCve.requireId("deny", id));
      if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
        throw new InvalidField(
            "grace", "is not between 0s and 90d", "write a duration such as 7d, at most 90d");
      }
      if (denySeverity.isEmpty()
          && cvss.isEmpty()
          && deny.isEmpty()
          && endOfLife == Counts.IGNORE) {
        throw new InvalidField(
            "denySeverity",
            "is missing, and so are cvss, deny and endOfLife: every result would pass",
            "write for instance denySeverity: High");
      }
      denySeverity.ifPresent(least -> {
        if (least == ScanSeverity.UNKNOWN || least == ScanSeverity.NONE) {
          throw new InvalidField(
              "denySeverity",
              least + " is not a severity to begin with",
              "write Negligible to mean every rated one; unknownSeverity rules the others");
        }
      });
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < allow.size(); i++) {
        String id = allow.get(i).cve();
        if (!seen.add(id)) {
          throw new InvalidField(
              "allow[" + i + "].cve", "\"" + id + "\" is there twice", "keep one of the two");
        }
        if (deny.contains(id)) {
          throw new InvalidField(
              "allow[" + i + "].cve",
              "\"" + id + "\" is in deny, too, which wins",
              "remove it from one of the two");
        }
      }
      seen.clear();
      for (int i = 0; i < projectAllowLists.size(); i++) {
        if (!seen.add(projectAllowLists.get(i).project())) {
          throw new InvalidField(
              "projectAllowLists[" + i + "].project",
              "\"" + projectAllowLists.get(i).project() + "\" is there twice",
              "keep one of the two");
        }
      }
    }

    private static void attested(ScanFrom source, List<SignerSpec> signers, Duration grace) {
      boolean needed = source.source() == ScanSource.ATTESTATION;
      if (needed && signers.isEmpty()) {
        throw new InvalidField(
            "signers",
            "is missing: with source: attestation only what they have signed counts",
            "name who may attest scan reports");
      }
      if (!needed && !signers.isEmpty()) {
        throw new InvalidField(
            "signers",
            "is there, but results of source: " + source + " are not signed",
            "remove it, or write source: attestation");
      }
      if (needed && !grace.isZero()) {
        throw new InvalidField(
            "grace",
            "is there, but of attested results nobody knows which scan showed something first",
            "remove it, or have the images scanned by Harbor");
      }
      if (signers.size() > SignerLists.MOST_SIGNERS) {
        throw new InvalidField(
            "signers",
            "has " + signers.size() + " entries, more than " + SignerLists.MOST_SIGNERS,
            "use fewer");
      }
      var _ = SignerLists.names(signers);
    }

    private static void rechecked(
        ScanFrom source, ProxyCache proxyCache, Optional<Duration> within) {
      if (proxyCache == ProxyCache.DENY && within.isPresent()) {
        throw new InvalidField(
            "recheckWithin",
            "is there, but proxyCache: deny lets nothing through",
            "remove it, or write proxyCache: admitThenRecheck");
      }
      if (proxyCache == ProxyCache.ADMIT_THEN_RECHECK && source.source() != ScanSource.HARBOR) {
        throw new InvalidField(
            "proxyCache",
            "is there, but only Harbor scans what its proxy cache gets later",
            "remove it, or write source: harbor");
      }
      within.ifPresent(time -> {
        if (time.compareTo(SHORTEST_RECHECK) < 0 || time.compareTo(LONGEST_RECHECK) > 0) {
          throw new InvalidField(
              "recheckWithin", "is not between 1m and 24h", "write a duration such as 1h");
        }
      });
    }

    /** How long an image may run without a scan, if it may. */
    Duration recheckTime() {
      return recheckWithin.orElse(USUAL_RECHECK);
    }

    @Override
    public List<SignerSpec> signersNamed() {
      return signers;
    }
  }

  @Override
  public CheckDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Outcome evaluate(Subject subject, Parameters parameters, Facts facts) {
    ScanJudging judging = new ScanJudging(parameters, subject.namespace(), facts);
    for (Container container : subject.pod().containers()) {
      judging.judge(container);
    }
    return judging.outcome();
  }
}
