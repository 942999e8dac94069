package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.Passage;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
          1,
          key -> key.demands() + " " + key.namespace() + " " + key.image(),
          name -> Optional.empty(),
          passage -> passage.asOf().toString(),
          text -> new Passage(Instant.parse(text)));

  /** Since when images are let through without a scan; what is lost begins anew, once. */
  private static final Kind<AdmittedUnscanned, Unscanned> UNSCANNED =
      new Kind<>(
          AdmittedUnscanned.class,
          "unscanned",
          2,
          key -> key.namespace() + " " + key.image(),
          OwnMoments::admittedUnscanned,
          OwnMoments::text,
          OwnMoments::unscanned);

  private OwnMoments() {}

  /**
   * One kind of them: the names of its keys are unique among themselves.
   *
   * @param key the key that has a name
   * @param text a value in writing
   * @param value what such a text says; throws {@link DateTimeException} where it is none
   */
  private record Kind<K extends EvidenceKey.Fetched<T>, T>(
      Class<K> keys,
      String type,
      int schema,
      Function<K, String> name,
      Function<String, Optional<K>> key,
      Function<T, String> text,
      Function<String, T> value) {}

  private static Optional<AdmittedUnscanned> admittedUnscanned(String name) {
    int space = name.indexOf(' ');
    return space < 0
        ? Optional.empty()
        : ImageReference.tryParse(name.substring(space + 1))
            .filter(image -> image.digest().isPresent())
            .map(image ->
                new AdmittedUnscanned(
                    name.substring(0, space),
                    new PinnedImage(image.repository(), image.digest().orElseThrow())));
  }

  private static String text(Unscanned one) {
    return one.since()
        + " "
        + one.until()
        + " "
        + (one.told() ? "told" : "open")
        + " "
        + one.workload();
  }

  private static Unscanned unscanned(String text) {
    String[] words = text.split(" ", 4);
    if (words.length < 4) {
      throw new DateTimeException("there are " + words.length + " words");
    }
    return new Unscanned(
        Instant.parse(words[0]), Instant.parse(words[1]), words[3], words[2].equals("told"));
  }

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
      return kind.schema();
    }

    @Override
    public String name(K key) {
      return kind.name().apply(key);
    }

    @Override
    public Optional<K> key(String name) {
      return kind.key().apply(name);
    }

    @Override
    public boolean provesItself() {
      return false;
    }

    @Override
    public byte[] encode(T value) {
      return kind.text().apply(value).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public T decode(K key, byte[] bytes) throws Damaged {
      try {
        return kind.value().apply(new String(bytes, StandardCharsets.UTF_8));
      } catch (DateTimeException broken) {
        throw new Damaged("its moment cannot be read");
      }
    }
  }
}
