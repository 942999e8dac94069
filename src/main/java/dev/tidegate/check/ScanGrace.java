package dev.tidegate.check;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.Passage;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Passed;
import dev.tidegate.model.PinnedImage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Grace for what is found in images that run already (policy language, "Images"): a vulnerability
 * is tolerated for a while if the image passed the same demands in the same namespace by an older
 * scan than the one that showed it first. What cannot be shown to be new has none.
 */
final class ScanGrace {
  /** How much the scanner's clock may be ahead of ours. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** By the very object: parameters live as long as the policies in force. */
  private static final Cache<ImageScan.Parameters, String> DEMANDS =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

  private final ImageScan.Parameters parameters;
  private final String namespace;
  private final Facts facts;

  ScanGrace(ImageScan.Parameters parameters, String namespace, Facts facts) {
    this.parameters = parameters;
    this.namespace = namespace;
    this.facts = facts;
  }

  private boolean given() {
    return !parameters.grace().isZero();
  }

  /**
   * What names the demands: all that decides whether a vulnerability counts, but for what allows
   * single ones. Under other demands nothing has passed yet.
   */
  private String demands() {
    return DEMANDS.get(
        parameters,
        one ->
            Bytes.copyOf(
                    List.of(
                            one.source(),
                            one.denySeverity(),
                            one.cvss(),
                            one.onlyFixable(),
                            one.unknownSeverity(),
                            one.platforms(),
                            one.scanners(),
                            one.endOfLife(),
                            one.suppressed())
                        .toString()
                        .getBytes(StandardCharsets.UTF_8))
                .sha256()
                .hex());
  }

  /** That {@code image} passes by {@code report}, if that is worth remembering. */
  Optional<Passed> passed(PinnedImage image, ScanReport report) {
    return given()
        ? report.scanned().map(scanned -> new Passed(demands(), image, scanned))
        : Optional.empty();
  }

  /**
   * Until when (exclusive) {@code item} of {@code image} is tolerated; empty when it is not.
   *
   * @param doubts gets why that could not be known
   */
  Optional<Instant> until(PinnedImage image, Item item, Collection<Doubt> doubts) {
    Instant now = facts.now();
    if (!given()
        || item.since().isEmpty()
        || item.since().get().isAfter(now.plus(SKEW)) // would stretch the grace
        || !now.isBefore(item.since().get().plus(parameters.grace()))
        || parameters.deny().contains(item.id())) {
      return Optional.empty();
    }
    Instant since = item.since().get();
    return switch (facts.get(new PassedBefore(demands(), namespace, image))) {
      case Evidence.Present<Passage>(Passage passage, var at) ->
          since.isAfter(passage.asOf())
              ? Optional.of(since.plus(parameters.grace()))
              : Optional.empty();
      case Evidence.Absent<Passage> never -> Optional.empty();
      case Evidence.Unavailable<Passage>(Doubt doubt) -> {
        doubts.add(doubt);
        yield Optional.empty();
      }
    };
  }

  /** {@code 6 more days}, for texts. */
  static String left(Instant now, Instant until) {
    Duration left = Duration.between(now, until);
    if (left.toDays() > 0) {
      return Words.count((int) left.toDays(), "more day", "more days");
    }
    return left.toHours() > 0
        ? Words.count((int) left.toHours(), "more hour", "more hours")
        : "less than an hour";
  }
}
