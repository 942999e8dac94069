package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.harbor.Effects;
import dev.tidegate.harbor.Remembered;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks again at what a hint or a difference is about, a few questions at a time; what is known is
 * used until the new is there.
 */
final class Looking implements Remembered {
  private static final int AT_A_TIME = 16;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final VerdictStore store;
  private final AtPush pushes;
  private final InstantSource clock;

  Looking(VerdictStore store, AtPush pushes, InstantSource clock) {
    this.store = store;
    this.pushes = pushes;
    this.clock = clock;
  }

  @Override
  public Set<Fetched<?>> known(Predicate<Fetched<?>> meant) {
    return store.known(meant);
  }

  @Override
  public boolean knows(Fetched<?> key) {
    return store.knows(key);
  }

  @Override
  public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
    return store.peek(key, notBefore);
  }

  @Override
  public void compared(String host, Instant moment) {
    store.doubtFile(host, moment);
  }

  @Override
  public void look(Effects effects) throws InterruptedException {
    var _ = looked(effects);
  }

  /** Looks again; whether there are answers to all of it now. */
  boolean looked(Effects effects) throws InterruptedException {
    // What nobody has asked for needs no answer; what the file has would answer, so it counts.
    boolean all =
        renew(
            effects.fresh().isPresent()
                ? effects.renew()
                : effects.renew().stream().filter(store::knows).toList());
    if (effects.fresh().isPresent()) {
      all &= pushes.gather(effects.fresh().get(), this::renew);
    }
    for (Fetched<?> key : effects.renew()) {
      if (effects.fresh().isEmpty() && key instanceof EvidenceKey.Manifest(PinnedImage gone)) {
        all &= renew(store.known(tag -> pointsAt(gone, tag))); // Harbor tells of one tag only
      }
    }
    if (!effects.repositories().isEmpty()) {
      all &=
          renew(
              store.known(key ->
                  key instanceof EvidenceKey.Signatures signatures
                      && effects.repositories().contains(signatures.image().in())));
    }
    return all;
  }

  private boolean pointsAt(PinnedImage image, Fetched<?> key) {
    return key instanceof EvidenceKey.Resolution tag
        && tag.tagged().repository().equals(image.in())
        && store.peek(tag) instanceof Evidence.Present<PinnedImage>(PinnedImage is, Instant at)
        && is.equals(image);
  }

  /** Looks at all that is remembered of {@code projects} of a Harbor; whether all has answers. */
  boolean projects(String host, Set<String> projects) throws InterruptedException {
    return projects.isEmpty()
        || renew(store.known(key -> changes(key) && projects.contains(projectOf(key, host))));
  }

  /** What is said in a registry and may be said otherwise later. */
  private static boolean changes(Fetched<?> key) {
    return switch (key) {
      case EvidenceKey.Signatures signatures -> true;
      case EvidenceKey.Scan scan -> true;
      case EvidenceKey.Resolution tag -> true;
      case EvidenceKey.ProjectAllowList list -> true;
      default -> false;
    };
  }

  private static String projectOf(Fetched<?> key, String host) {
    Optional<Repository> in =
        switch (key) {
          case EvidenceKey.Signatures signatures -> Optional.of(signatures.image().in());
          case EvidenceKey.Scan scan -> Optional.of(scan.image().in());
          case EvidenceKey.Resolution tag -> Optional.of(tag.tagged().repository());
          default -> Optional.empty();
        };
    return in.filter(repository -> repository.registry().equals(host))
        .map(repository -> repository.path().replaceFirst("/.*$", ""))
        .orElse("");
  }

  /**
   * Asks again, so many at a time; whether all have been answered. Answers that do not come in time
   * come later.
   */
  private boolean renew(Collection<? extends Fetched<?>> keys) throws InterruptedException {
    boolean all = true;
    Iterator<? extends Fetched<?>> left = keys.iterator();
    while (left.hasNext()) {
      Map<Fetched<?>, CompletableFuture<Void>> asked = new LinkedHashMap<>();
      Instant since = clock.instant();
      while (left.hasNext() && asked.size() < AT_A_TIME) {
        Fetched<?> key = left.next();
        asked.put(key, store.renew(key));
      }
      try {
        CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
            .get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException never) {
        throw new IllegalStateException("gathering never fails", never);
      } catch (TimeoutException slow) {
        asked.values().forEach(one -> one.cancel(false)); // the flights go on
      }
      all &= asked.keySet().stream().allMatch(key -> answered(key, since));
    }
    return all;
  }

  private boolean answered(Fetched<?> key, Instant since) {
    Evidence<?> answer = store.peek(key, since);
    return answer instanceof Evidence.Present<?> || answer instanceof Evidence.Absent<?>;
  }
}
