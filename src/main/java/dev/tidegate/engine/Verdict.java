package dev.tidegate.engine;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * All that was decided about one subject. Never stored: evidence is, and it is judged anew.
 *
 * @param at the moment of judging
 * @param generation of the policy set
 * @param fingerprint of the policy set
 * @param uncovered whether no policy applies at all
 * @param rulings those of deny lists, then about which images may be used, then all others; each
 *     time by the first policy of a ruling and by its checks
 * @param pins the digests that images get, of a subject whose images are pinned later
 * @param rounds how often it was judged, from 1
 */
public record Verdict(
    Instant at,
    long generation,
    String fingerprint,
    boolean uncovered,
    List<Ruling> rulings,
    List<Pin> pins,
    int rounds) {
  public Verdict {
    Objects.requireNonNull(at);
    Objects.requireNonNull(fingerprint);
    rulings = List.copyOf(rulings);
    pins = List.copyOf(pins);
  }

  /** A verdict that pins nothing. */
  public Verdict(
      Instant at,
      long generation,
      String fingerprint,
      boolean uncovered,
      List<Ruling> rulings,
      int rounds) {
    this(at, generation, fingerprint, uncovered, rulings, List.of(), rounds);
  }

  /** What happens to the request. */
  public Effect effect() {
    return greatest(Ruling::effect);
  }

  /** What would happen if every policy enforced. */
  public Effect strict() {
    return greatest(Ruling::strict);
  }

  /** Names of the exemptions that were used, sorted. */
  public List<String> exemptions() {
    Set<String> names = new TreeSet<>();
    for (Ruling ruling : rulings) {
      for (Ruling.Exempted exempted : ruling.exempted()) {
        names.add(exempted.exemption());
      }
    }
    return List.copyOf(names);
  }

  /** This verdict, reached in {@code rounds} rounds. */
  public Verdict after(int rounds) {
    return new Verdict(at, generation, fingerprint, uncovered, rulings, pins, rounds);
  }

  private Effect greatest(Function<Ruling, Effect> effect) {
    Effect greatest = Effect.NONE;
    for (Ruling ruling : rulings) {
      Effect one = effect.apply(ruling);
      if (one.compareTo(greatest) > 0) {
        greatest = one;
      }
    }
    return greatest;
  }
}
