package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.Passage;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/**
 * Moments in the gate's own past: nobody else can be asked for them, so they are what this store
 * was told ({@link VerdictStore#remember}) and its file kept.
 */
public final class OwnMoments {
  /** That images passed; what is lost gives no grace. */
  private static final Kind<PassedBefore, Passage> PASSED =
      new Kind<>(
          PassedBefore.class,
          "passed",
          key -> key.demands() + " " + key.namespace() + " " + key.image(),
          Passage::asOf,
          Passage::new);

  /** Since when images are let through without a scan; what is lost begins anew, once. */
  private static final Kind<AdmittedUnscanned, Instant> UNSCANNED =
      new Kind<>(
          AdmittedUnscanned.class,
          "unscanned",
          key -> key.namespace() + " " + key.image(),
          since -> since,
          since -> since);

  private OwnMoments() {}

  /** One kind of them: the names of its keys are unique among themselves. */
  private record Kind<K extends EvidenceKey.Fetched<T>, T>(
      Class<K> keys,
      String type,
      Function<K, String> name,
      Function<T, Instant> moment,
      Function<Instant, T> value) {}

  /** Whether {@code key} asks for one. */
  static boolean are(EvidenceKey<?> key) {
    return key instanceof PassedBefore || key instanceof AdmittedUnscanned;
  }

  /** Who answers for what was never told: it never was. */
  public static List<EvidenceSource<?, ?>> sources(InstantSource clock) {
    return List.of(new Never<>(PASSED, clock), new Never<>(UNSCANNED, clock));
  }

  /** How they are written. */
  public static List<EvidenceCodec<?, ?>> codecs() {
    return List.of(new Codec<>(PASSED), new Codec<>(UNSCANNED));
  }

  private record Never<K extends EvidenceKey.Fetched<T>, T>(Kind<K, T> kind, InstantSource clock)
      implements EvidenceSource<K, T> {
    @Override
    public Class<K> serves() {
      return kind.keys();
    }

    @Override
    public Evidence<T> obtain(K key, Errand errand) {
      return new Evidence.Absent<>(clock.instant());
    }
  }

  private record Codec<K extends EvidenceKey.Fetched<T>, T>(Kind<K, T> kind)
      implements EvidenceCodec<K, T> {
    @Override
    public Class<K> serves() {
      return kind.keys();
    }

    @Override
    public String type() {
      return kind.type();
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(K key) {
      return kind.name().apply(key);
    }

    @Override
    public boolean provesItself() {
      return false;
    }

    @Override
    public byte[] encode(T value) {
      return kind.moment().apply(value).toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public T decode(K key, byte[] bytes) throws Damaged {
      try {
        return kind.value().apply(Instant.parse(new String(bytes, StandardCharsets.UTF_8)));
      } catch (DateTimeException broken) {
        throw new Damaged("its moment cannot be read");
      }
    }
  }
}
