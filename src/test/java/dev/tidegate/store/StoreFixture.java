package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A store over a source that answers as a test says, with a clock and a ticker that it moves. */
final class StoreFixture implements EvidenceSource<Resolution, PinnedImage> {
  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  static final Seals SEALS = Seals.parse("0123456789abcdef0123456789abcdef");

  final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  final AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);
  final AtomicInteger asked = new AtomicInteger();
  final AtomicReference<String> access = new AtomicReference<>("registry as robot");
  final AtomicReference<Function<Resolution, Evidence<PinnedImage>>> answer =
      new AtomicReference<>(this::pinned);
  final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  final StoreEvents listener =
      new StoreEvents() {
        @Override
        public void defect(EvidenceKey<?> key, RuntimeException defect) {
          events.add("defect " + defect.getMessage());
        }

        @Override
        public void file(FileEvent event, String detail) {
          events.add(event + " " + detail);
        }
      };

  Instant now() {
    return START.plusNanos(nanos.get()).plus(set.get());
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Sets the time of day by {@code by}; no time passes. */
  void setClock(Duration by) {
    set.set(set.get().plus(by));
  }

  VerdictStore store(Executor executor, Optional<Archive> archive) {
    return new VerdictStore(
        new VerdictStore.Origins(List.of(), List.of(this), List.of()),
        VerdictStore.Settings.USUAL,
        archive,
        executor,
        this::now,
        nanos::get,
        listener);
  }

  static Resolution tag(String tag) {
    return new Resolution(ImageReference.parse("registry.example.com/shop/web:" + tag));
  }

  /** What {@code text} stands for. */
  static Digest digest(String text) {
    return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  /** Where a tag points at that nobody moved. */
  static PinnedImage image(Resolution key) {
    return new PinnedImage(key.tagged().repository(), digest(key.tagged().toString()));
  }

  Evidence<PinnedImage> pinned(Resolution key) {
    return new Evidence.Present<>(image(key), now());
  }

  @Override
  public Class<Resolution> serves() {
    return Resolution.class;
  }

  @Override
  public String access(Resolution key) {
    return access.get();
  }

  @Override
  public Evidence<PinnedImage> obtain(Resolution key, Errand errand) {
    asked.incrementAndGet();
    return answer.get().apply(key);
  }

  /** Writes where tags point at. */
  static final class Codec implements EvidenceCodec<Resolution, PinnedImage> {
    private final int schema;

    Codec(int schema) {
      this.schema = schema;
    }

    @Override
    public Class<Resolution> serves() {
      return Resolution.class;
    }

    @Override
    public String type() {
      return "resolution";
    }

    @Override
    public int schema() {
      return schema;
    }

    @Override
    public String name(Resolution key) {
      return key.tagged().toString();
    }

    @Override
    public boolean provesItself() {
      return false;
    }

    @Override
    public byte[] encode(PinnedImage value) {
      return value.digest().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public PinnedImage decode(Resolution key, byte[] bytes) throws Damaged {
      try {
        return new PinnedImage(
            key.tagged().repository(), Digest.parse(new String(bytes, StandardCharsets.UTF_8)));
      } catch (BadValue bad) {
        throw new Damaged(bad.problem());
      }
    }
  }
}
