package dev.tidegate.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing that is wrong with one container, or with the pod as a whole.
 *
 * @param container the container concerned; empty when the pod as a whole is meant
 * @param problem what is wrong, as the words after "container web: "; equal words of several
 *     containers are shown once
 * @param fix what to do about it, as the words after "Fix: "
 * @param field path of the field to look at, from the root of the object that was sent, for
 *     instance {@code spec.template.spec.containers[0].image}
 * @param severity for sorting and thresholds
 * @param owingUntil set when the finding is tolerated until then (exclusive) and judged again
 *     afterwards
 * @param unscanned set, beside {@code owingUntil}, when it is tolerated because nobody can have
 *     scanned that image yet
 */
public record Finding(
    Optional<String> container,
    String problem,
    String fix,
    String field,
    Severity severity,
    Optional<Instant> owingUntil,
    Optional<PinnedImage> unscanned) {
  /**
   * Longest problem or fix shown; what a pod's author wrote is cut well before by {@link
   * PlainText}.
   */
  private static final int LONGEST = 600;

  public Finding {
    container = container.map(name -> PlainText.of(name, 63));
    problem = PlainText.of(problem, LONGEST);
    fix = PlainText.of(fix, LONGEST);
    field = PlainText.of(field, 300);
    Objects.requireNonNull(severity);
    Objects.requireNonNull(owingUntil);
    Objects.requireNonNull(unscanned);
  }

  /** One that is no matter of a scan that cannot be there yet. */
  public Finding(
      Optional<String> container,
      String problem,
      String fix,
      String field,
      Severity severity,
      Optional<Instant> owingUntil) {
    this(container, problem, fix, field, severity, owingUntil, Optional.empty());
  }

  /** A finding about one container. */
  public static Finding in(
      Container container, String field, Severity severity, String problem, String fix) {
    return new Finding(
        Optional.of(container.name()),
        problem,
        fix,
        field.isEmpty() ? container.field() : container.field() + "." + field,
        severity,
        Optional.empty());
  }

  /** A finding about the pod as a whole. */
  public static Finding ofPod(String field, Severity severity, String problem, String fix) {
    return new Finding(Optional.empty(), problem, fix, field, severity, Optional.empty());
  }

  /** This finding, tolerated until {@code until} (exclusive). */
  public Finding owing(Instant until) {
    return new Finding(container, problem, fix, field, severity, Optional.of(until), unscanned);
  }

  /** This finding, tolerated until {@code until} (exclusive), by when {@code image} is scanned. */
  public Finding owingScan(PinnedImage image, Instant until) {
    return new Finding(
        container, problem, fix, field, severity, Optional.of(until), Optional.of(image));
  }
}
