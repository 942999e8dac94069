package dev.tidegate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testkit.FuzzTarget;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every target on its seeds, among them what fuzzing has found, and on a few hundred changes of
 * each that are always the same. The search itself is {@code make fuzz}.
 */
class FuzzSeedsTest {
  private static final int CHANGES = Integer.getInteger("tidegate.fuzz.changes", 300);

  /** A bound for what hangs; all inputs of a target take a few seconds. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TestFactory
  Stream<DynamicTest> targets() {
    return Targets.all().stream()
        .map(target ->
            DynamicTest.dynamicTest(
                target.name(),
                () -> Assertions.assertTimeoutPreemptively(LONGEST, () -> run(target))));
  }

  @Test
  void namesAreUnique() {
    List<String> names = Targets.all().stream().map(FuzzTarget::name).toList();
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(16);
  }

  private static void run(FuzzTarget target) throws Exception {
    List<byte[]> seeds = target.seeds();
    assertThat(seeds).as("seeds of " + target.name()).isNotEmpty();
    Random random = new Random(target.name().hashCode());
    for (byte[] seed : seeds) {
      read(target, seed);
    }
    for (int i = 0; i < CHANGES; i++) {
      byte[] from = seeds.get(i % seeds.size());
      byte[] other = seeds.get(random.nextInt(seeds.size()));
      read(target, changed(from, other, random));
    }
  }

  private static void read(FuzzTarget target, byte[] data) {
    try {
      Targets.read(target, data);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError found) {
      throw new AssertionError(
          target.name() + " on " + java.util.HexFormat.of().formatHex(data), found);
    }
  }

  /** One to four changes: a byte, a piece less, a piece twice, a piece of another seed, an end. */
  private static byte[] changed(byte[] seed, byte[] other, Random random) {
    byte[] data = seed.clone();
    for (int i = random.nextInt(4); i >= 0 && data.length > 0; i--) {
      int at = random.nextInt(data.length);
      int length = Math.min(data.length - at, 1 + random.nextInt(16));
      data =
          switch (random.nextInt(5)) {
            case 0 -> {
              data[at] = (byte) random.nextInt(256);
              yield data;
            }
            case 1 -> spliced(data, at, at + length, new byte[0]);
            case 2 -> spliced(data, at, at, Arrays.copyOfRange(data, at, at + length));
            case 3 -> {
              int from = random.nextInt(Math.max(1, other.length));
              int to = Math.min(other.length, from + 1 + random.nextInt(64));
              yield spliced(data, at, at + length, Arrays.copyOfRange(other, from, to));
            }
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(data, at) : data;
          };
    }
    return data;
  }

  private static byte[] spliced(byte[] data, int from, int to, byte[] piece) {
    byte[] all = new byte[data.length - (to - from) + piece.length];
    System.arraycopy(data, 0, all, 0, from);
    System.arraycopy(piece, 0, all, from, piece.length);
    System.arraycopy(data, to, all, from + piece.length, data.length - to);
    return all;
  }
}
