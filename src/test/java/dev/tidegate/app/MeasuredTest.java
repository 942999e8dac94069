package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.check.Checks;
import dev.tidegate.check.NonRoot;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Errands;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();

  private final EvidenceSource<NamespaceLabels, Map<String, String>> source =
      new EvidenceSource<>() {
        @Override
        public Class<NamespaceLabels> serves() {
          return NamespaceLabels.class;
        }

        @Override
        public Evidence<Map<String, String>> obtain(NamespaceLabels key, Errand errand) {
          nanos.addAndGet(5_000_000);
          return switch (key.namespace()) {
            case "there" -> new Evidence.Present<>(Map.of(), Instant.EPOCH);
            case "gone" -> new Evidence.Absent<>(Instant.EPOCH);
            default -> new Evidence.Unavailable<>(Doubt.of(Cause.THROTTLED, "slow down"));
          };
        }
      };

  private double count(String outcome) {
    return registry
        .counter("tidegate.evidence.requests", "source", "NamespaceLabels", "outcome", outcome)
        .count();
  }

  @Test
  void countsEveryAnswerByWhatItIsAndPassesItOn() throws InterruptedException {
    EvidenceSource<NamespaceLabels, Map<String, String>> measured =
        Measured.by(new Metrics(registry), nanos::get, source);
    Errands budget = Errands.until(Deadline.in(Duration.ofSeconds(1), nanos::get));
    assertThat(measured.serves()).isEqualTo(NamespaceLabels.class);
    assertThat(measured.obtain(new NamespaceLabels("there"), budget))
        .isInstanceOf(Evidence.Present.class);
    assertThat(measured.obtain(new NamespaceLabels("gone"), budget))
        .isInstanceOf(Evidence.Absent.class);
    assertThat(measured.obtain(new NamespaceLabels("?"), budget))
        .isInstanceOf(Evidence.Unavailable.class);
    assertThat(count("present")).isEqualTo(1);
    assertThat(count("absent")).isEqualTo(1);
    assertThat(count("throttled")).isEqualTo(1);
    assertThat(
            registry
                .timer("tidegate.evidence.duration", "source", "NamespaceLabels")
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(15.0);
  }

  @Test
  void checksAreTimedByTheirIdAndJudgeAsBefore() {
    CheckRegistry timed = TimedCheck.all(Checks.all(), new Metrics(registry), () -> nanos.get());
    assertThat(timed.all().stream().map(check -> check.descriptor()))
        .containsExactlyElementsOf(
            Checks.all().all().stream().map(check -> check.descriptor()).toList());
    Check<?> nonRoot = timed.find("nonRoot").orElseThrow();
    Subject pod = Subjects.pod().image(Role.MAIN, "web", "nginx").build();
    assertThat(judge(nonRoot, pod)).isEqualTo(judge(new NonRoot(), pod));
    assertThat(nonRoot.parameters()).isEqualTo(NonRoot.Parameters.class);
    assertThat(registry.timer("tidegate.check.duration", "check", "nonRoot").count()).isEqualTo(1);
    assertThat(registry.timer("tidegate.check.duration", "check", "imageScan").count()).isZero();
  }

  private static <P extends Record> Outcome judge(Check<P> check, Subject pod) {
    P parameters = check.parameters().cast(new NonRoot.Parameters(false, false));
    return check.evaluate(pod, parameters, List.of(parameters), FakeFacts.none());
  }
}
