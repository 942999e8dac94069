package dev.tidegate.testkit;

import dev.tidegate.check.AllowedCve;
import dev.tidegate.check.ImageScan;
import dev.tidegate.check.ImageScan.Counts;
import dev.tidegate.check.ImageScan.NotScanned;
import dev.tidegate.check.ImageScan.ProxyCache;
import dev.tidegate.check.ProjectListSpec;
import dev.tidegate.check.ScanFrom;
import dev.tidegate.check.ScannerSpec;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy says of scans: what policies say without a word, from High on, by Harbor's scans; a
 * test changes what it is about.
 */
public final class ScanPolicy {
  private ScanSource source = ScanSource.HARBOR;
  private Optional<ScanSeverity> severity = Optional.of(ScanSeverity.HIGH);
  private Optional<CvssScore> cvss = Optional.empty();
  private boolean onlyFixable;
  private Counts unknown = Counts.DENY;
  private Optional<Duration> maxAge = Optional.empty();
  private Optional<Duration> maxDatabaseAge = Optional.empty();
  private NotScanned notScanned = NotScanned.WAIT;
  private List<AllowedCve> allow = List.of();
  private Set<String> deny = Set.of();
  private List<ProjectListSpec> projects = List.of();
  private List<Platform> platforms = List.of();
  private List<ScannerSpec> scanners = List.of();
  private Counts endOfLife = Counts.IGNORE;
  private Counts suppressed = Counts.DENY;
  private Duration grace = Duration.ZERO;
  private List<SignerSpec> signers = List.of();
  private ProxyCache proxyCache = ProxyCache.DENY;
  private Optional<Duration> recheckWithin = Optional.empty();

  /** {@code source}. */
  public ScanPolicy source(ScanSource source) {
    this.source = source;
    return this;
  }

  /** {@code denySeverity}. */
  public ScanPolicy severity(Optional<ScanSeverity> severity) {
    this.severity = severity;
    return this;
  }

  /** {@code cvss}. */
  public ScanPolicy cvss(Optional<CvssScore> cvss) {
    this.cvss = cvss;
    return this;
  }

  /** {@code onlyFixable}. */
  public ScanPolicy onlyFixable(boolean onlyFixable) {
    this.onlyFixable = onlyFixable;
    return this;
  }

  /** {@code unknownSeverity}. */
  public ScanPolicy unknown(Counts unknown) {
    this.unknown = unknown;
    return this;
  }

  /** {@code maxAge}. */
  public ScanPolicy maxAge(Optional<Duration> maxAge) {
    this.maxAge = maxAge;
    return this;
  }

  /** {@code maxDatabaseAge}. */
  public ScanPolicy maxDatabaseAge(Optional<Duration> maxDatabaseAge) {
    this.maxDatabaseAge = maxDatabaseAge;
    return this;
  }

  /** {@code notScanned}. */
  public ScanPolicy notScanned(NotScanned notScanned) {
    this.notScanned = notScanned;
    return this;
  }

  /** {@code allow}. */
  public ScanPolicy allow(List<AllowedCve> allow) {
    this.allow = allow;
    return this;
  }

  /** {@code deny}. */
  public ScanPolicy deny(Set<String> deny) {
    this.deny = deny;
    return this;
  }

  /** {@code projectAllowLists}. */
  public ScanPolicy projects(List<ProjectListSpec> projects) {
    this.projects = projects;
    return this;
  }

  /** {@code platforms}. */
  public ScanPolicy platforms(List<Platform> platforms) {
    this.platforms = platforms;
    return this;
  }

  /** {@code scanners}. */
  public ScanPolicy scanners(List<ScannerSpec> scanners) {
    this.scanners = scanners;
    return this;
  }

  /** {@code endOfLife}. */
  public ScanPolicy endOfLife(Counts endOfLife) {
    this.endOfLife = endOfLife;
    return this;
  }

  /** {@code suppressed}. */
  public ScanPolicy suppressed(Counts suppressed) {
    this.suppressed = suppressed;
    return this;
  }

  /** {@code grace}. */
  public ScanPolicy grace(Duration grace) {
    this.grace = grace;
    return this;
  }

  /** {@code signers}. */
  public ScanPolicy signers(List<SignerSpec> signers) {
    this.signers = signers;
    return this;
  }

  /** {@code proxyCache}. */
  public ScanPolicy proxyCache(ProxyCache proxyCache) {
    this.proxyCache = proxyCache;
    return this;
  }

  /** {@code recheckWithin}. */
  public ScanPolicy recheckWithin(Optional<Duration> recheckWithin) {
    this.recheckWithin = recheckWithin;
    return this;
  }

  /** The parameters of the check. */
  public ImageScan.Parameters made() {
    return new ImageScan.Parameters(
        new ScanFrom(source),
        severity,
        cvss,
        onlyFixable,
        unknown,
        maxAge,
        maxDatabaseAge,
        notScanned,
        allow,
        deny,
        projects,
        platforms,
        scanners,
        endOfLife,
        suppressed,
        grace,
        signers,
        proxyCache,
        recheckWithin);
  }
}
