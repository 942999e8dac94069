package dev.tidegate.policy;

import com.google.re2j.Pattern;
import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A check with a parameter of every type that a field can have; finds something in each container.
 */
final class SampleCheck implements Check<SampleCheck.Parameters> {
  private final String id;

  SampleCheck(String id) {
    this.id = id;
  }

  /** A registry with two of them. */
  static CheckRegistry registry() {
    return CheckRegistry.of(List.of(new SampleCheck("sample"), new SampleCheck("second")));
  }

  enum Rule {
    NEVER,
    NOT_EVER_AGAIN
  }

  record Nested(@Field("A name.") String name, @Field("Further ones.") List<Nested> deeper) {}

  record Parameters(
      @Field(value = "Text.", fallback = "none") String text,
      @Field(value = "A flag.", fallback = "false") boolean flag,
      @Field(value = "A count.", fallback = "1") int count,
      @Field(value = "A big count.", fallback = "1") long big,
      @Field(value = "A rule.", fallback = "never") Rule rule,
      @Field(value = "Directions.", fallback = "[Ingress]", nonEmpty = true)
          Set<Direction> directions,
      @Field("Limits.") Map<String, Quantity> max,
      @Field(value = "A grace.", fallback = "0s") Duration grace,
      @Field("An end.") Optional<Instant> until,
      @Field("An expression.") Optional<Pattern> matching,
      @Field("Nested ones.") List<Nested> nested) {
    Parameters {
      if (count < 1) {
        throw new InvalidField("count", "is below 1", "write at least 1");
      }
      if (max.containsKey("memory") && max.get("memory").signum() <= 0) {
        throw new InvalidField("max.memory", "is not above 0", "write a value above 0");
      }
    }
  }

  @Override
  public CheckDescriptor descriptor() {
    return new CheckDescriptor(id, "A sample", List.of("For tests."), Set.of(Input.IMAGES), false);
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Outcome evaluate(Subject subject, Parameters parameters, Facts facts) {
    return Outcome.of(
        subject.pod().containers().stream()
            .map(container ->
                Finding.in(container, "image", Severity.LOW, parameters.text(), "do otherwise"))
            .toList(),
        List.of());
  }
}
