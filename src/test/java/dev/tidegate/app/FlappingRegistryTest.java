package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A registry that answers, fails, throttles, cuts off and lies in turn, images that are pushed,
 * signed and moved meanwhile, a clock that jumps, and restarts over the file in between: no answer
 * is wrong. What was never signed is never admitted. What is signed is never refused as unsigned,
 * whatever the registry gives out in place of its signature. "Could not decide" is an answer to
 * trouble, and none for long when it is over.
 */
class FlappingRegistryTest {
  private static final int STEPS = 400;
  private static final int APPS = 6;

  @TempDir Path directory;

  private final RegistryDouble registry = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final List<PinnedImage> tagged = new ArrayList<>();
  private final List<PinnedImage> all = new ArrayList<>();
  private final Set<PinnedImage> signed = new HashSet<>();
  private final Collection<Throwable> ofTheFile = new ConcurrentLinkedQueue<>();
  private final long began = System.nanoTime();
  private ImagesFixture gate;
  private boolean trouble;
  private String last = "";
  private int admitted;
  private int forbidden;
  private int undecided;

  @BeforeEach
  void open() {
    gate = begin();
  }

  private ImagesFixture begin() {
    return new ImagesFixture(
        Hosts.of(registry.host()),
        ImagesFixture.signedBy(release, registry.name()),
        Optional.of(ImagesFixture.file(directory, ofTheFile)),
        Duration.ZERO,
        began);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Math.max(3, Integer.getInteger("tidegate.chaos", 0) / 10));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noAnswerIsWrong(long seed) {
    Random random = new Random(seed);
    try {
      for (int app = 0; app < APPS; app++) {
        tagged.add(push(app, "first"));
      }
      for (int step = 0; step < STEPS; step++) {
        happen(random, step);
        ask(random);
      }
      recover();
      for (int i = 0; i < 3 * APPS; i++) {
        ask(random);
      }
    } finally {
      gate.close();
      registry.close();
    }
    assertThat(gate.defects).isEmpty();
    assertThat(ofTheFile).isEmpty();
    assertThat(admitted).as("admitted").isPositive();
    assertThat(forbidden).as("refused as unsigned").isPositive();
    assertThat(undecided).as("undecided").isPositive();
  }

  private PinnedImage push(int app, String content) {
    PinnedImage image = registry.image("shop/app" + app, "1", "1000", app + content);
    all.add(image);
    return image;
  }

  private void happen(Random random, int step) {
    int app = random.nextInt(APPS);
    switch (random.nextInt(12)) {
      case 0 -> tagged.set(app, push(app, "step " + step));
      case 1, 2 -> {
        PinnedImage image = tagged.get(app);
        if (signed.add(image)) {
          registry.signature(image, release);
          gate.pass(Duration.ofSeconds(3)); // what is absent is believed for two
        }
      }
      case 3, 4 -> fail(random);
      case 5, 6 -> recover();
      // Both clocks: of a day's end and of ages. Further than any lifetime, now and then.
      case 7 -> gate.pass(Duration.ofMinutes(random.nextInt(26 * 60)));
      case 8 -> {
        assertThat(gate.defects).isEmpty();
        gate.close();
        long passed = gate.passed.get();
        gate = begin();
        gate.passed.set(passed); // the same time of day
      }
      default -> gate.pass(Duration.ofSeconds(random.nextInt(30)));
    }
  }

  private void recover() {
    registry.behave();
    trouble = false;
    gate.pass(Duration.ofMinutes(2)); // so that a host that failed is asked again
  }

  private void fail(Random random) {
    registry.behave();
    trouble = true;
    int every = 1 + random.nextInt(3);
    int kind = random.nextInt(5);
    int[] count = {0};
    registry.instead(
        asked -> {
          synchronized (count) {
            return ++count[0] % every == 0;
          }
        },
        switch (kind) {
          case 0 -> RegistryDouble.status(503, "");
          case 1 -> RegistryDouble.status(429, "", "Retry-After", "3");
          case 2 -> RegistryDouble.status(200, "{\"schemaVersion\": 2}");
          case 3 -> RegistryDouble.status(401, "");
          default -> exchange -> exchange.close();
        });
  }

  private void ask(Random random) {
    boolean byTag = random.nextBoolean();
    PinnedImage named =
        byTag ? tagged.get(random.nextInt(APPS)) : all.get(random.nextInt(all.size()));
    String written = byTag ? registry.name() + "/" + named.in().path() + ":1" : named.toString();
    // After trouble one call tries a host, and others are refused until it is answered; what was
    // asked before may still bring in an old failure. So trouble may last a little longer.
    int tries = trouble ? 1 : 4;
    while (!decided(written) && --tries > 0) {
      gate.pass(Duration.ofMinutes(1));
    }
    assertThat(trouble || tries > 0).as("without trouble all is decided: " + last).isTrue();
  }

  /** Asks about a pod with {@code written} as its image; whether that was decided. */
  private boolean decided(String written) {
    ObjectNode review = gate.mutated(pod(written));
    String runs = review.at("/request/object/spec/containers/0/image").asText();
    JsonNode response = gate.validate(review);
    if (allowed(response)) {
      admitted++;
      assertThat(signed.stream().map(image -> image.digest().toString()))
          .as("what runs is signed: " + runs)
          .anyMatch(digest -> runs.endsWith("@" + digest));
    } else if (response.at("/status/code").asInt() == 403) {
      forbidden++;
      boolean isSigned = signed.stream().anyMatch(one -> runs.endsWith("@" + one.digest()));
      // A tag that could not be resolved is not pinned, which is a finding of its own.
      if (isSigned) {
        assertThat(message(response)).as(runs + " is signed").doesNotContain("imageSignature");
      }
    } else {
      undecided++;
      last = message(response);
      return false;
    }
    return true;
  }
}
