package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.Quorum.Named;
import dev.tidegate.check.Quorum.Several;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.BadValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuorumTest {
  private static Quorum name(String name) {
    return new Named(name);
  }

  private static Quorum all(Quorum... parts) {
    return new Several(parts.length, List.of(parts));
  }

  private static Quorum any(Quorum... parts) {
    return new Several(1, List.of(parts));
  }

  private static final Quorum PIPELINE_OR_TWO =
      any(name("ci"), new Several(2, List.of(name("ann"), name("bob"), name("cyd"))));

  private static Proven by(String identity) {
    return new Proven(
        Kind.SIGNATURE,
        "layer",
        Format.LAYER,
        identity,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Who has signed, written {@code name=identity,identity}. */
  private static Map<String, List<Proven>> signed(String... written) {
    Map<String, List<Proven>> candidates = new LinkedHashMap<>();
    for (String one : written) {
      String[] sides = one.split("=", 2);
      candidates.put(sides[0], Arrays.stream(sides[1].split(",", -1)).map(QuorumTest::by).toList());
    }
    return candidates;
  }

  private static Optional<Set<String>> who(Quorum quorum, String... signed) {
    return Assignment.of(quorum, signed(signed)).map(Map::keySet);
  }

  @Test
  void groupsInGroupsAreDecided() {
    assertThat(who(PIPELINE_OR_TWO, "ci=i")).contains(Set.of("ci"));
    assertThat(who(PIPELINE_OR_TWO, "ann=a", "cyd=c")).contains(Set.of("ann", "cyd"));
    assertThat(who(PIPELINE_OR_TWO, "ann=a")).isEmpty();
    assertThat(who(PIPELINE_OR_TWO)).isEmpty();
    Quorum both = all(name("ci"), any(name("ann"), name("bob")));
    assertThat(who(both, "ci=i", "bob=b")).contains(Set.of("ci", "bob"));
    assertThat(who(both, "ann=a", "bob=b")).isEmpty();
    assertThat(who(both, "ci=i")).isEmpty();
  }

  @Test
  void nobodyCountsTwiceAndNobodyIsLostToAnotherName() {
    // "team" is an expression that matches both; the first identity must be left to "lead".
    assertThat(who(Quorum.of(2, List.of("team", "lead")), "team=ann,bob", "lead=ann"))
        .contains(Set.of("team", "lead"));
    assertThat(who(Quorum.of(2, List.of("team", "lead")), "team=ann", "lead=ann")).isEmpty();
    assertThat(who(Quorum.of(3, List.of("a", "b", "c")), "a=x,y", "b=x,y", "c=x,y")).isEmpty();
  }

  @Test
  void aQuorumIsFoundWheneverThereIsOne() {
    Random random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      List<String> names = List.of("a", "b", "c", "d", "e");
      Map<String, List<Proven>> candidates = new LinkedHashMap<>();
      for (String name : names) {
        candidates.put(
            name,
            IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> by("" + (char) ('p' + random.nextInt(4))))
                .toList());
      }
      Quorum quorum = drawn(random, new ArrayList<>(names), 2);
      Optional<Map<String, Proven>> found = Assignment.of(quorum, candidates);
      assertThat(found.isPresent())
          .as("%s of %s", quorum, candidates)
          .isEqualTo(tried(quorum, names, 0, candidates, new HashSet<>(), new HashSet<>()));
      found.ifPresent(one -> {
        assertThat(holds(quorum, one.keySet())).isTrue();
        assertThat(one.values().stream().map(Proven::signer)).doesNotHaveDuplicates();
      });
    }
  }

  /** A quorum of some of {@code names}, none of them in two parts. */
  private static Quorum drawn(Random random, List<String> names, int depth) {
    Collections.shuffle(names, random);
    if (depth == 0 || names.size() < 2 || random.nextInt(3) == 0) {
      return Quorum.of(1 + random.nextInt(names.size()), names);
    }
    int cut = 1 + random.nextInt(names.size() - 1);
    return new Several(
        1 + random.nextInt(2),
        List.of(
            drawn(random, new ArrayList<>(names.subList(0, cut)), depth - 1),
            drawn(random, new ArrayList<>(names.subList(cut, names.size())), depth - 1)));
  }

  /** Tries every way to give each name one identity or none. */
  private static boolean tried(
      Quorum quorum,
      List<String> names,
      int at,
      Map<String, List<Proven>> candidates,
      Set<String> present,
      Set<String> used) {
    if (holds(quorum, present)) {
      return true;
    }
    if (at == names.size()) {
      return false;
    }
    for (Proven one : candidates.getOrDefault(names.get(at), List.of())) {
      if (used.add(one.signer())) {
        present.add(names.get(at));
        boolean found = tried(quorum, names, at + 1, candidates, present, used);
        present.remove(names.get(at));
        used.remove(one.signer());
        if (found) {
          return true;
        }
      }
    }
    return tried(quorum, names, at + 1, candidates, present, used);
  }

  private static boolean holds(Quorum quorum, Set<String> present) {
    return switch (quorum) {
      case Named(String name) -> present.contains(name);
      case Several(int atLeast, List<Quorum> parts) ->
          parts.stream().filter(part -> holds(part, present)).count() >= atLeast;
    };
  }

  @Test
  void aHopelessSearchEnds() {
    Map<String, List<Proven>> candidates = new LinkedHashMap<>();
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "n" + i).toList();
    List<Proven> few = IntStream.range(0, 24).mapToObj(i -> by("i" + i)).toList();
    names.forEach(name -> candidates.put(name, few));
    // 27 distinct ones are there, and never more than 25 at once: n49 brings one of its three.
    candidates.put("n49", List.of(by("x"), by("y"), by("z")));
    assertThat(Assignment.of(Quorum.of(26, names), candidates)).isEmpty();
    assertThat(Assignment.of(Quorum.of(24, names), candidates)).isPresent();
  }

  @Test
  void whatOneSignerCouldSatisfyTwiceIsNoQuorum() {
    assertThatThrownBy(() -> all(name("a"), any(name("a"), name("b"))))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("a in two parts");
    assertThat(any(all(name("a"), name("b")), all(name("a"), name("c"))).names())
        .containsExactly("a", "b", "c");
    assertThatThrownBy(() -> any(name("a"), name("a"))).hasMessageContaining("a part twice");
    assertThatThrownBy(() -> new Several(1, List.of())).hasMessageContaining("no parts");
    assertThatThrownBy(() -> new Several(3, List.of(name("a"), name("b"))))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("3 of 2 parts");
    assertThatThrownBy(() -> new Several(0, List.of(name("a")))).isInstanceOf(InvalidField.class);
  }

  @Test
  void itReadsAsItIsMeant() {
    assertThat(PIPELINE_OR_TWO).hasToString("ci or (2 of (ann, bob, cyd))");
    assertThat(all(name("ci"), any(name("ann"), name("bob")))).hasToString("ci and (ann or bob)");
    assertThat(PIPELINE_OR_TWO.depth()).isEqualTo(2);
    assertThat(PIPELINE_OR_TWO.size()).isEqualTo(6);
  }
}
