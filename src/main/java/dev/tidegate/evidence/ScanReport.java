package dev.tidegate.evidence;

import dev.tidegate.model.PlainText;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a scanner found in one image.
 *
 * @param scanner who scanned
 * @param scanned when; empty if the report does not say
 * @param database how new the vulnerability data was; empty if not known
 * @param endOfLife the distribution whose support has ended, for people; empty when it has not, or
 *     the scanner does not say
 * @param items what was found, worst first
 */
public record ScanReport(
    Scanner scanner,
    Optional<Instant> scanned,
    Optional<Instant> database,
    Optional<String> endOfLife,
    List<Item> items)
    implements Weighed {
  /** Most items of one report. */
  public static final int MOST_ITEMS = 50_000;

  private static final Comparator<Item> WORST_FIRST =
      Comparator.comparing(Item::severity)
          .reversed()
          .thenComparing(
              item -> item.score().map(CvssScore::tenths).orElse(-1), Comparator.reverseOrder())
          .thenComparing(item -> item.fixed().isEmpty())
          .thenComparing(Item::id)
          .thenComparing(Item::name)
          .thenComparing(Item::installed);

  public ScanReport {
    Objects.requireNonNull(scanner);
    Objects.requireNonNull(scanned);
    Objects.requireNonNull(database);
    endOfLife = endOfLife.map(text -> PlainText.of(text, 100));
    if (items.size() > MOST_ITEMS) {
      throw new IllegalArgumentException(
          items.size() + " items are more than the " + MOST_ITEMS + " of a report");
    }
    items = items.stream().sorted(WORST_FIRST).toList();
  }

  /** This report, made with vulnerability data of {@code moment}. */
  public ScanReport withDatabase(Instant moment) {
    return new ScanReport(scanner, scanned, Optional.of(moment), endOfLife, items);
  }

  /**
   * This report, knowing since when each item reads as it does: as {@code before} says where that
   * had it, since this scan where it did not. Reports of different scanners cannot be compared:
   * what one finds and the other does not is not new.
   */
  public ScanReport after(ScanReport before) {
    if (!before.scanner().name().equals(scanner.name())) {
      return this;
    }
    Map<Item, Optional<Instant>> known = new HashMap<>();
    before.items().forEach(item -> known.put(item.at(Optional.empty()), item.since()));
    Optional<Instant> now = scanned.filter(end -> before.scanned().map(end::isAfter).orElse(false));
    return new ScanReport(
        scanner,
        scanned,
        database,
        endOfLife,
        items.stream()
            .map(item -> item.at(known.getOrDefault(item.at(Optional.empty()), now)))
            .toList());
  }

  @Override
  public int weight() {
    return 500 + items.size() * 120; // texts that repeat are shared among the items
  }

  /**
   * A scanner, as it names itself.
   *
   * @param name for instance {@code Trivy}
   * @param vendor empty if not said
   * @param version empty if not said
   */
  public record Scanner(String name, String vendor, String version) {
    public Scanner {
      name = PlainText.of(name, 100);
      vendor = PlainText.of(vendor, 100);
      version = PlainText.of(version, 100);
    }

    /** {@code Trivy v0.72.0}. */
    @Override
    public String toString() {
      String who = name.isEmpty() ? "an unnamed scanner" : name;
      return version.isEmpty() ? who : who + " " + version;
    }
  }

  /** What the maker of a package says about a vulnerability in it. */
  public enum Status {
    /** Nothing is said. */
    UNKNOWN,
    NOT_AFFECTED,
    AFFECTED,
    FIXED,
    UNDER_INVESTIGATION,
    WILL_NOT_FIX,
    FIX_DEFERRED,
    END_OF_LIFE
  }

  /**
   * One vulnerability of one package.
   *
   * @param id for instance {@code CVE-2021-3712}
   * @param name of the package
   * @param installed version that is in the image
   * @param fixed version from which on it is gone; empty when there is none
   * @param severity how bad
   * @param score CVSS, the version 3 score if there is one
   * @param status what the package's maker says
   * @param suppressed whether whoever scanned has decided that it does not matter
   * @param since the end of the first scan that showed it as it is, after one that did not; empty
   *     when no such pair of scans is known, so that it may always have been there
   */
  public record Item(
      String id,
      String name,
      String installed,
      Optional<String> fixed,
      ScanSeverity severity,
      Optional<CvssScore> score,
      Status status,
      boolean suppressed,
      Optional<Instant> since) {
    public Item {
      id = PlainText.of(id, 100);
      name = PlainText.of(name, 150);
      installed = PlainText.of(installed, 100);
      fixed = fixed.map(text -> PlainText.of(text, 150)).filter(text -> !text.isBlank());
      Objects.requireNonNull(severity);
      Objects.requireNonNull(score);
      Objects.requireNonNull(status);
      Objects.requireNonNull(since);
    }

    /** One of which nobody knows since when it is there. */
    public Item(
        String id,
        String name,
        String installed,
        Optional<String> fixed,
        ScanSeverity severity,
        Optional<CvssScore> score,
        Status status,
        boolean suppressed) {
      this(id, name, installed, fixed, severity, score, status, suppressed, Optional.empty());
    }

    private Item at(Optional<Instant> moment) {
      return moment.equals(since)
          ? this
          : new Item(id, name, installed, fixed, severity, score, status, suppressed, moment);
    }
  }

  /** Makes items whose equal texts are one object: reports name the same packages many times. */
  public static final class Texts {
    /** Most texts that are kept; further ones are not shared. */
    private static final int MOST = 20_000;

    private final Map<String, String> known = new HashMap<>();

    /** A text equal to {@code text}. */
    public String shared(String text) {
      String before = known.get(text);
      if (before != null) {
        return before;
      }
      if (known.size() < MOST) {
        known.put(text, text);
      }
      return text;
    }
  }
}
