package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A memory that notes what it is asked to look at, and then knows it. */
final class FakeMemory implements Remembered {
  /** What looking brought about, in order. */
  final List<Effects> looked = new ArrayList<>();

  /** From which hosts all was compared, and since when. */
  final List<String> compared = new ArrayList<>();

  /** What happens before it is told that all was compared. */
  Runnable meanwhile = () -> {};

  private final InstantSource clock;
  private final Map<Fetched<?>, Evidence<?>> answers = new LinkedHashMap<>();
  private final Map<Fetched<?>, Optional<Evidence<?>>> to = new HashMap<>();

  FakeMemory(InstantSource clock) {
    this.clock = clock;
  }

  /** It has an answer to each of {@code keys}: there is none. */
  FakeMemory knowing(Fetched<?>... keys) {
    for (Fetched<?> key : keys) {
      answers.put(key, new Evidence.Absent<>(clock.instant()));
    }
    return this;
  }

  /** It has found in its file that there was none, at {@code at}. */
  void finding(Instant at, Fetched<?>... keys) {
    for (Fetched<?> key : keys) {
      answers.put(key, new Evidence.Absent<>(at));
    }
  }

  <T> FakeMemory knowing(Fetched<T> key, T value) {
    answers.put(key, new Evidence.Present<>(value, clock.instant()));
    return this;
  }

  /** From now on looking at {@code key} has that answer, or none. */
  <T> void answering(Fetched<T> key, Optional<Evidence<T>> answer) {
    to.put(key, answer.map(one -> one));
  }

  void forget() {
    looked.clear();
  }

  @Override
  public Set<Fetched<?>> known(Predicate<Fetched<?>> meant) {
    Set<Fetched<?>> keys = new LinkedHashSet<>(answers.keySet());
    keys.removeIf(meant.negate());
    return keys;
  }

  @Override
  public boolean knows(Fetched<?> key) {
    return answers.containsKey(key);
  }

  @Override
  @SuppressWarnings("unchecked") // an answer to a key is of the key's type
  public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
    Evidence<T> answer = (Evidence<T>) answers.get(key);
    Instant at =
        switch (answer) {
          case Evidence.Present<T> present -> present.obtained();
          case Evidence.Absent<T> absent -> absent.obtained();
          case Evidence.Unavailable<T> none -> Instant.MAX;
          case null -> Instant.MAX;
        };
    return at.isBefore(notBefore) ? null : answer;
  }

  @Override
  public void look(Effects effects) {
    looked.add(effects);
    for (Fetched<?> key : effects.renew()) {
      Optional<Evidence<?>> answer =
          to.getOrDefault(key, Optional.of(new Evidence.Absent<>(clock.instant())));
      answer.ifPresentOrElse(one -> answers.put(key, one), () -> answers.remove(key));
    }
  }

  @Override
  public void compared(String host, Instant moment) {
    meanwhile.run();
    compared.add(host + " " + moment);
  }
}
