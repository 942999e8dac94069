package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.Passage;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;

/**
 * That images passed: nobody else can be asked, so it is what this store was told ({@link
 * VerdictStore#remember}) and its file kept. What is lost gives no grace.
 */
public final class Passages implements EvidenceSource<PassedBefore, Passage> {
  private final InstantSource clock;

  /** Passages of a store by {@code clock}. */
  public Passages(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Class<PassedBefore> serves() {
    return PassedBefore.class;
  }

  @Override
  public Evidence<Passage> obtain(PassedBefore key, Errand errand) {
    return new Evidence.Absent<>(clock.instant());
  }

  /** How they are written. */
  public static EvidenceCodec<PassedBefore, Passage> codec() {
    return new Codec();
  }

  private static final class Codec implements EvidenceCodec<PassedBefore, Passage> {
    @Override
    public Class<PassedBefore> serves() {
      return PassedBefore.class;
    }

    @Override
    public String type() {
      return "passed";
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(PassedBefore key) {
      return key.demands() + " " + key.namespace() + " " + key.image();
    }

    @Override
    public boolean provesItself() {
      return false;
    }

    @Override
    public byte[] encode(Passage value) {
      return value.asOf().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Passage decode(PassedBefore key, byte[] bytes) throws Damaged {
      try {
        return new Passage(Instant.parse(new String(bytes, StandardCharsets.UTF_8)));
      } catch (DateTimeException broken) {
        throw new Damaged("its moment cannot be read");
      }
    }
  }
}
