package dev.tidegate.harbor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.harbor.ScannerAnswers.Adapter;
import dev.tidegate.model.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How new the vulnerability data was with which Harbor's scanners scanned. Reports do not say it; a
 * scanner says only how new its data is <em>now</em>. Data only gets newer. So what a scanner had
 * at any time before a scan, the scan had as well, or newer: of all moments that a scanner has
 * named here, the newest that is not after the beginning of the scan counts. It is never newer than
 * the data really was, and is the very data when the report was read before the next update. Where
 * none is known, for instance because the gate came to know the scan after an update, the age is
 * not known.
 *
 * <p>This trusts the scanner, as everything that it reports does, and takes all instances behind
 * one registration for one scanner.
 */
final class Databases {
  /** How long what a scanner has said is not asked again; older only means a greater age. */
  private static final Duration FRESH = Duration.ofMinutes(5);

  /** How long it is not asked again after it could not be asked. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private static final int MOST_PROJECTS = 10_000;
  private static final int MOST_SCANNERS = 1_000;
  private static final int MOST_MOMENTS = 100;

  private final InstantSource clock;
  private final BooleanSupplier wanted;
  private final Cache<Of, Known<Optional<ProjectScanner>>> scanners =
      Caffeine.newBuilder().maximumSize(MOST_PROJECTS).executor(Runnable::run).build();
  private final Cache<Of, Known<Optional<Adapter>>> adapters =
      Caffeine.newBuilder().maximumSize(MOST_SCANNERS).executor(Runnable::run).build();
  private final Cache<Has, TreeSet<Instant>> moments =
      Caffeine.newBuilder().maximumSize(MOST_SCANNERS).executor(Runnable::run).build();

  /** A project, or a registration of a scanner, of a Harbor. */
  private record Of(HarborApi harbor, String name) {}

  /** A scanner; another version of it has the same data, or newer. */
  private record Has(Of registration, String name, String vendor) {}

  private record Known<T>(T value, Instant until) {}

  /**
   * @param wanted whether anybody wants to know; else nothing is asked
   */
  Databases(InstantSource clock, BooleanSupplier wanted) {
    this.clock = clock;
    this.wanted = wanted;
  }

  /**
   * A scan.
   *
   * @param started when it began, if that is known: what its scanner loads later it does not use
   * @param before the report of the same image that was known before
   */
  record Scanning(
      HarborApi harbor,
      String project,
      Optional<Instant> started,
      Supplier<Optional<ScanReport>> before) {}

  /** {@code report} of {@code scan} with the moment of its data, as far as that can be known. */
  ScanReport dated(ScanReport report, Scanning scan, Deadline deadline)
      throws InterruptedException {
    if (!wanted.getAsBoolean() || report.scanned().isEmpty() || report.database().isPresent()) {
      return report;
    }
    Instant ended = report.scanned().get();
    Optional<Instant> known =
        scan.before()
            .get()
            .filter(one ->
                one.scanned().equals(report.scanned()) && one.scanner().equals(report.scanner()))
            .flatMap(ScanReport::database);
    return newest(
            scan.harbor(),
            scan.project(),
            report.scanner(),
            scan.started().filter(ended::isAfter).orElse(ended),
            deadline)
        .filter(one -> known.map(one::isAfter).orElse(true))
        .or(() -> known)
        .map(report::withDatabase)
        .orElse(report);
  }

  private Optional<Instant> newest(
      HarborApi harbor, String project, Scanner scanner, Instant scan, Deadline deadline)
      throws InterruptedException {
    Optional<String> id = registration(new Of(harbor, project), deadline);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Of registration = new Of(harbor, id.get());
    adapter(registration, deadline)
        .ifPresent(adapter -> adapter.database().ifPresent(at -> add(registration, adapter, at)));
    TreeSet<Instant> all =
        moments.getIfPresent(new Has(registration, scanner.name(), scanner.vendor()));
    if (all == null) {
      return Optional.empty();
    }
    synchronized (all) {
      return Optional.ofNullable(all.floor(scan));
    }
  }

  private void add(Of registration, Adapter adapter, Instant at) {
    TreeSet<Instant> all =
        moments.get(
            new Has(registration, adapter.scanner().name(), adapter.scanner().vendor()),
            first -> new TreeSet<>());
    synchronized (all) {
      all.add(at);
      if (all.size() > MOST_MOMENTS) {
        all.pollFirst();
      }
    }
  }

  private Optional<String> registration(Of project, Deadline deadline) throws InterruptedException {
    return known(scanners, project, () -> project.harbor().scannerOf(project.name(), deadline))
        .map(ProjectScanner::id);
  }

  private Optional<Adapter> adapter(Of registration, Deadline deadline)
      throws InterruptedException {
    return known(
        adapters, registration, () -> registration.harbor().scanner(registration.name(), deadline));
  }

  /** Asks Harbor. */
  @FunctionalInterface
  private interface Asking<T> {
    Evidence<Optional<T>> ask() throws InterruptedException;
  }

  /** What {@code cache} has under {@code key}, or else what is answered now. */
  private <T> Optional<T> known(Cache<Of, Known<Optional<T>>> cache, Of key, Asking<T> asking)
      throws InterruptedException {
    Known<Optional<T>> known = cache.getIfPresent(key);
    if (known == null || over(known)) {
      known = known(asking.ask(), Optional.empty());
      cache.put(key, known);
    }
    return known.value();
  }

  private <T> Known<T> known(Evidence<T> answer, T otherwise) {
    return answer instanceof Evidence.Present<T>(T value, var at)
        ? new Known<>(value, clock.instant().plus(FRESH))
        : new Known<>(otherwise, clock.instant().plus(AGAIN));
  }

  /** Also when the clock was set back. */
  private boolean over(Known<?> known) {
    Instant now = clock.instant();
    return !now.isBefore(known.until()) || known.until().isAfter(now.plus(FRESH));
  }
}
