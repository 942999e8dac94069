package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.workload.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private static Decision decision(String pod) {
    GateFixture gate = GateFixture.of(GateFixture.NON_ROOT);
    gate.validate(GateFixture.review(pod));
    return gate.made.remove();
  }

  @Test
  void aLineHasTheNamesOfTheElasticCommonSchema() throws IOException {
    JsonNode line = Json.MAPPER.readTree(DecisionLine.of(decision(GateFixture.ROOT_POD), NOW));

    assertThat(line.at("/@timestamp").asText()).isEqualTo("2026-11-25T12:00:00Z");
    assertThat(line.at("/event/kind").asText()).isEqualTo("event");
    assertThat(line.at("/event/outcome").asText()).isEqualTo("failure");
    assertThat(line.at("/event/duration").isIntegralNumber()).isTrue();
    assertThat(line.at("/user/name").asText()).isEqualTo("jane");
    assertThat(line.at("/orchestrator/namespace").asText()).isEqualTo("shop");
    assertThat(line.at("/orchestrator/resource/type").asText()).isEqualTo("pods");
    assertThat(line.at("/orchestrator/resource/name").asText()).isEqualTo("web");
    assertThat(line.at("/container/image/name/0").asText())
        .isEqualTo("harbor.example.com/shop/web:1");
    assertThat(line.at("/tidegate/decision").asText()).isEqualTo("deny");
    assertThat(line.at("/tidegate/checks/0/check").asText()).isEqualTo("nonRoot");
    assertThat(line.at("/tidegate/checks/0/outcome").asText()).isEqualTo("fail");
    assertThat(line.at("/tidegate/generation").asLong()).isEqualTo(1);
  }

  @Test
  void whatACheckSaysForManyPoliciesIsWrittenOnce() throws IOException {
    GateFixture gate =
        GateFixture.of(
            Stream.of("one", "two", "three")
                    .map(name -> GateFixture.NON_ROOT.replace("baseline", name))
                    .collect(Collectors.joining("---\n"))
                + "---\n"
                + GateFixture.NON_ROOT.replace("baseline", "zero").replace("enforce", "audit"));
    gate.validate(GateFixture.review(GateFixture.ROOT_POD));
    JsonNode checks =
        Json.MAPPER.readTree(DecisionLine.of(gate.made.remove(), NOW)).at("/tidegate/checks");

    assertThat(checks).hasSize(2);
    assertThat(checks.at("/0/policy"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("one", "two", "three");
    assertThat(checks.at("/0/effect").asText()).isEqualTo("deny");
    assertThat(checks.at("/0/problems")).hasSize(1);
    assertThat(checks.at("/1/policy")).extracting(JsonNode::asText).containsExactly("zero");
    assertThat(checks.at("/1/mode").asText()).isEqualTo("audit");
    assertThat(checks.at("/1/strict").asText()).isEqualTo("deny");
  }

  @Test
  void linesAreWritten() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    DecisionLog log = new DecisionLog(10, sink, InstantSource.fixed(NOW));

    log.write(decision(GateFixture.GOOD_POD));
    log.write(decision(GateFixture.ROOT_POD));
    log.close();

    assertThat(sink.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    assertThat(log.lost()).isZero();
  }

  /** Takes nothing until {@code latch} is let go, then counts the lines. */
  private static OutputStream hanging(
      CountDownLatch hangs, CountDownLatch latch, AtomicInteger lines) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        hangs.countDown();
        try {
          latch.await();
        } catch (InterruptedException stopping) {
          throw new IOException(stopping);
        }
        if (b == '\n') {
          lines.incrementAndGet();
        }
      }
    };
  }

  @Test
  void T27_aSinkThatHangsLosesLinesAndDelaysNobody() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch latch = new CountDownLatch(1);
    DecisionLog log =
        new DecisionLog(2, hanging(hangs, latch, new AtomicInteger()), InstantSource.fixed(NOW));
    Decision decision = decision(GateFixture.GOOD_POD);

    log.write(decision);
    hangs.await();
    for (int i = 0; i < 10; i++) {
      log.write(decision); // would never return if it waited
    }

    assertThat(log.lost()).isEqualTo(8);
    latch.countDown();
    log.close();
  }

  @Test
  void T27_fewLongLinesDoNotTakeAllMemory() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch latch = new CountDownLatch(1);
    Decision decision = decision(GateFixture.GOOD_POD);
    AtomicInteger written = new AtomicInteger();
    int length = DecisionLine.of(decision, NOW).length;
    DecisionLog log =
        new DecisionLog(100, 3L * length, hanging(hangs, latch, written), InstantSource.fixed(NOW));

    log.write(decision);
    hangs.await();
    for (int i = 0; i < 10; i++) {
      log.write(decision);
    }

    assertThat(log.lost()).isEqualTo(7);
    latch.countDown();
    Awaitility.await().until(() -> written.get() == 4);
    log.write(decision);
    Awaitility.await().until(() -> written.get() == 5);
    assertThat(log.lost()).isEqualTo(7);
    log.close();
  }

  @Test
  void T27_aSinkThatThrowsLosesLinesAndTheNextAreTried() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("disk full");
          }
        };
    DecisionLog log = new DecisionLog(10, broken, InstantSource.fixed(NOW));

    log.write(decision(GateFixture.GOOD_POD));
    Awaitility.await().until(() -> log.lost() == 1);
    log.write(decision(GateFixture.GOOD_POD));
    Awaitility.await().until(() -> log.lost() == 2);
    log.close();
  }
}
