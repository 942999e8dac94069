package dev.tidegate.testkit;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts that a test states; what it does not state is not gathered yet. Notes what was asked. */
public final class FakeFacts implements Facts {
  /** The moment of judging where a test does not choose its own. */
  public static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final Instant now;
  private final Map<EvidenceKey<?>, Evidence<?>> answers = new LinkedHashMap<>();
  private final Map<EvidenceKey<?>, Evidence<?>> recent = new LinkedHashMap<>();
  private final List<EvidenceKey<?>> asked = new ArrayList<>();

  private FakeFacts(Instant now) {
    this.now = now;
  }

  /** Nothing is known, at {@link #NOW}. */
  public static FakeFacts none() {
    return at(NOW);
  }

  /** Nothing is known, at {@code now}. */
  public static FakeFacts at(Instant now) {
    return new FakeFacts(now);
  }

  /** {@code value} is the answer to {@code key}. */
  public <T> FakeFacts present(EvidenceKey<T> key, T value) {
    answers.put(key, new Evidence.Present<>(value, now));
    return this;
  }

  /** There is none of what {@code key} asks for. */
  public <T> FakeFacts absent(EvidenceKey<T> key) {
    answers.put(key, new Evidence.Absent<T>(now));
    return this;
  }

  /** {@code evidence} is the answer to {@code key} where it has to be recent. */
  public <T> FakeFacts recently(EvidenceKey<T> key, Evidence<T> evidence) {
    recent.put(key, evidence);
    return this;
  }

  /** What {@code key} asks for cannot be known. */
  public <T> FakeFacts unavailable(EvidenceKey<T> key, Cause cause) {
    answers.put(key, new Evidence.Unavailable<T>(Doubt.of(cause, "the answer is " + cause)));
    return this;
  }

  @Override
  @SuppressWarnings("unchecked") // the answer under a key of T was put there as an Evidence of T
  public <T> Evidence<T> get(EvidenceKey<T> key) {
    asked.add(key);
    Evidence<?> answer = answers.get(key);
    return answer == null
        ? new Evidence.Unavailable<>(Doubt.of(Cause.NOT_GATHERED, "not gathered yet"))
        : (Evidence<T>) answer;
  }

  @Override
  @SuppressWarnings("unchecked") // as in get
  public <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age) {
    Evidence<?> answer = recent.get(key);
    return answer == null ? get(key) : (Evidence<T>) answer;
  }

  @Override
  public Duration tagAge() {
    return Duration.ZERO;
  }

  @Override
  public Instant now() {
    return now;
  }

  /** What was asked, in order, repetitions included. */
  public List<EvidenceKey<?>> asked() {
    return List.copyOf(asked);
  }
}
