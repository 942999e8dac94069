package dev.tidegate.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.check.ImageAttestation;
import dev.tidegate.check.ImageScan;
import dev.tidegate.check.ImageSignature;
import dev.tidegate.check.Platforms;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Ticker;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is done for an image as soon as it is pushed, so that the first pod waits for nothing: the
 * parts of an index are gathered like the index itself, and Harbor is asked to scan what it has
 * not, where a policy wants its scans.
 */
final class AtPush {
  private static final int MOST_ASKED = 100_000;
  private static final Duration ASKED = Duration.ofHours(24);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private final VerdictStore store;
  private final Supplier<PolicySet> policies;
  private final Map<String, HarborApi> harbors;
  private final Ticker ticker;
  private final Scans scans;

  /** Digests that a scan was asked for; each is asked for once in a day. */
  private final Cache<PinnedImage, Boolean> asked;

  /** Is told what came of asking for a scan. */
  @FunctionalInterface
  interface Scans {
    void asked(String host, HarborApi.Asked answer);
  }

  /** Asks questions anew; says whether all were answered. */
  @FunctionalInterface
  interface Renewing {
    boolean renew(Set<Fetched<?>> keys) throws InterruptedException;
  }

  /**
   * @param harbors those that may be asked for scans, by the registry host that references have
   */
  AtPush(
      VerdictStore store,
      Supplier<PolicySet> policies,
      Map<String, HarborApi> harbors,
      Ticker ticker,
      Scans scans) {
    this.store = store;
    this.policies = policies;
    this.harbors = Map.copyOf(harbors);
    this.ticker = ticker;
    this.scans = scans;
    this.asked =
        Caffeine.newBuilder()
            .maximumSize(MOST_ASKED)
            .expireAfterWrite(ASKED)
            .ticker(ticker::read)
            .executor(Runnable::run)
            .build();
  }

  /**
   * What was pushed, or a part of it.
   *
   * @param scanned whether a policy may judge its scan, and not only what is beside it
   */
  private record Part(PinnedImage image, boolean scanned) {}

  /**
   * {@code image} was pushed, and its own evidence has been gathered; whether that of its parts
   * could be as well.
   */
  boolean gather(PinnedImage image, Renewing renewing) throws InterruptedException {
    List<ImageScan.Parameters> wanted = scansFromHarbor();
    boolean each = partsAreJudged();
    List<PinnedImage> images = new ArrayList<>();
    boolean all = true;
    IndexWalk<Part> walk = new IndexWalk<>(new Part(image, true));
    while (!walk.level().isEmpty()) {
      for (Part part : walk.level()) {
        // Of what nothing is known whoever needs it asks.
        if (store.peek(new Manifest(part.image()))
            instanceof Evidence.Present<ImageManifest>(ImageManifest is, _)) {
          switch (is) {
            case ImageManifest.Image single when part.scanned() && single.subject().isEmpty() ->
                images.add(part.image());
            case ImageManifest.Index index -> {
              // More parts, or deeper ones, are gathered when a pod needs them.
              var _ = walk.enter(parts(part, index, wanted, each));
            }
            default -> {}
          }
        }
      }
      walk.down();
      Set<Fetched<?>> keys = new LinkedHashSet<>();
      walk.level().forEach(part -> keys.addAll(about(part)));
      all &= keys.isEmpty() || renewing.renew(keys);
    }
    if (!wanted.isEmpty()) {
      for (PinnedImage one : images) {
        askForScan(one);
      }
    }
    return all;
  }

  /** The parts of {@code index} that a policy may judge. */
  private static List<Part> parts(
      Part of, ImageManifest.Index index, List<ImageScan.Parameters> wanted, boolean each) {
    return index.children().stream()
        .filter(ImageManifest.Child::runnable)
        .map(child ->
            new Part(
                new PinnedImage(of.image().in(), child.digest()),
                of.scanned() && canRun(child, wanted)))
        .filter(part -> each || part.scanned())
        .toList();
  }

  private <P> Stream<P> checks(Class<P> parameters) {
    return policies.get().policies().stream()
        .flatMap(policy -> policy.checks().stream())
        .map(check -> check.parameters())
        .filter(parameters::isInstance)
        .map(parameters::cast);
  }

  /** Whether a policy demands something that is beside each part, whatever its platform. */
  private boolean partsAreJudged() {
    return Stream.concat(
            checks(ImageSignature.Parameters.class)
                .flatMap(one -> one.rules().stream())
                .map(ImageSignature.Rule::platforms),
            checks(ImageAttestation.Parameters.class)
                .flatMap(one -> one.rules().stream())
                .map(ImageAttestation.Rule::platforms))
        .anyMatch(Platforms.EACH::equals);
  }

  private List<ImageScan.Parameters> scansFromHarbor() {
    return checks(ImageScan.Parameters.class)
        .filter(scan -> scan.source().source() == ScanSource.HARBOR)
        .toList();
  }

  /** Whether a policy may judge its scan; where none names platforms, all parts are judged. */
  private static boolean canRun(ImageManifest.Child child, List<ImageScan.Parameters> wanted) {
    return child.platform().isEmpty()
        || wanted.isEmpty()
        || wanted.stream()
            .anyMatch(scan ->
                scan.platforms().isEmpty()
                    || scan.platforms().stream().anyMatch(child.platform().get()::is));
  }

  private static Set<Fetched<?>> about(Part part) {
    Set<Fetched<?>> keys = new LinkedHashSet<>();
    keys.add(new Manifest(part.image()));
    keys.add(new Config(part.image()));
    keys.add(new Signatures(part.image()));
    if (part.scanned()) {
      keys.add(new Scan(part.image(), ScanSource.HARBOR));
    }
    return keys;
  }

  /** Asks for the scan of {@code image} if it is known to have none, once a day. */
  void askForScan(PinnedImage image) throws InterruptedException {
    HarborApi harbor = harbors.get(image.in().registry());
    if (harbor == null
        || !(store.peek(new Scan(image, ScanSource.HARBOR))
            instanceof Evidence.Present<ScanState>(ScanState state, _))
        || !(state instanceof ScanState.NotScanned || state instanceof ScanState.SbomOnly)
        || asked.asMap().putIfAbsent(image, true) != null) {
      return;
    }
    HarborApi.Asked answer =
        harbor.startScan(image.in(), image.digest(), Deadline.in(LONGEST, ticker));
    if (answer instanceof HarborApi.Asked.Refused) {
      asked.invalidate(image); // the next hint may have more luck
    }
    scans.asked(image.in().registry(), answer);
  }
}
