package dev.tidegate.policy;

import static dev.tidegate.policy.Judging.container;
import static dev.tidegate.policy.Judging.exemption;
import static dev.tidegate.policy.Judging.judge;
import static dev.tidegate.policy.Judging.policy;
import static dev.tidegate.policy.Judging.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Container;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ExemptionTest {
  private static final String STRICT =
      policy(
          "mode: enforce, checks: {nonRoot: {}, resourceLimits: {}, imageReference: {forbidTags:"
              + " ['*']}}");

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static List<String> some(Random random, List<String> of) {
    List<String> some =
        of.stream().filter(one -> random.nextBoolean()).collect(Collectors.toList());
    return some.isEmpty() ? List.of(any(random, of)) : some;
  }

  private static Subject pod(Random random) {
    List<Container> containers = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Role role = any(random, List.of(Role.INIT, Role.SIDECAR, Role.MAIN));
      containers.add(
          new Container(
              any(random, List.of("a", "b")) + i,
              role,
              (role == Role.MAIN ? "spec.containers[" : "spec.initContainers[") + i + "]",
              any(random, List.of("docker.io/library/nginx:1", "quay.io/mesh/proxy:2")),
              new SecurityContext(
                  Optional.empty(),
                  any(random, List.of(Optional.of(0L), Optional.<Long>empty())),
                  Optional.empty(),
                  any(
                      random,
                      List.of(
                          Set.<String>of(), Set.of("NET_ADMIN"), Set.of("NET_ADMIN", "NET_RAW")))),
              Resources.NONE,
              List.of(),
              any(random, List.of(List.<String>of(), List.of("run")))));
    }
    return subject(
        "Pod",
        any(random, List.of("shop", "shop", "shop", "bank")),
        "alice",
        containers.toArray(new Container[0]));
  }

  private static String spec(Random random) {
    StringBuilder spec =
        new StringBuilder("checks: ")
            .append(some(random, List.of("nonRoot", "resourceLimits", "imageReference")))
            .append(", namespaces: ")
            .append(some(random, List.of("shop", "bank")))
            .append(", until: '")
            .append(
                any(
                    random,
                    List.of("2026-11-30", "2027-01-31", "2027-01-30", "2026-11-25T12:00:00Z")))
            .append('\'');
    if (random.nextInt(4) > 0) {
      spec.append(", container: {image: ")
          .append(any(random, List.of("docker.io/library", "quay.io")));
      if (random.nextInt(4) > 0) {
        spec.append(", capabilities: ").append(some(random, List.of("NET_ADMIN", "NET_RAW")));
      }
      if (random.nextInt(5) == 0) {
        spec.append(", role: ").append(any(random, List.of("init", "sidecar", "main")));
      }
      if (random.nextInt(5) == 0) {
        spec.append(", runAsUser: 0");
      }
      if (random.nextInt(5) == 0) {
        spec.append(", args: run");
      }
      spec.append('}');
    }
    return spec.toString();
  }

  /** What is exempted, as check and finding. */
  private static Set<String> exempted(Verdict verdict) {
    Set<String> exempted = new HashSet<>();
    for (Ruling ruling : verdict.rulings()) {
      ruling.exempted().forEach(one -> exempted.add(ruling.check() + " " + one.finding()));
    }
    return exempted;
  }

  @Test
  void T21_twoExemptionsTogetherExemptNoMoreThanEachAlone() {
    Random random = new Random(21);
    int both = 0;
    for (int i = 0; i < 300; i++) {
      Subject pod = pod(random);
      String one = exemption("one", spec(random));
      String other = exemption("other", spec(random));
      Set<String> ofOne = exempted(judge(STRICT + one, pod));
      Set<String> ofOther = exempted(judge(STRICT + other, pod));
      Set<String> union = new HashSet<>(ofOne);
      union.addAll(ofOther);
      Verdict together = judge(STRICT + one + other, pod);
      assertThat(exempted(together)).as(one + other).isEqualTo(union);
      Verdict without = judge(STRICT, pod);
      int found = findings(without);
      assertThat(findings(together)).isEqualTo(found - union.size());
      if (!ofOne.isEmpty() && !ofOther.isEmpty() && !ofOne.equals(ofOther)) {
        both++;
      }
    }
    // Else the property would hold for nothing.
    assertThat(both).isGreaterThan(15);
  }

  private static int findings(Verdict verdict) {
    return verdict.rulings().stream().mapToInt(ruling -> ruling.findings().size()).sum();
  }

  @Test
  void T21_capabilitiesOfTwoExemptionsDoNotAddUp() {
    Container both =
        new Container(
            "web",
            Role.MAIN,
            "spec.containers[0]",
            "docker.io/library/nginx:1",
            new SecurityContext(
                Optional.empty(),
                Optional.of(0L),
                Optional.empty(),
                Set.of("NET_ADMIN", "NET_RAW")),
            Resources.NONE,
            List.of(),
            List.of());
    String match =
        "checks: [nonRoot], namespaces: [shop], until: 2027-01-31, container: {image:"
            + " docker.io/library/nginx, capabilities: [%s]}";
    String policy = policy("mode: enforce, checks: {nonRoot: {}}");
    Verdict verdict =
        judge(
            policy
                + exemption("one", match.formatted("NET_ADMIN"))
                + exemption("other", match.formatted("NET_RAW")),
            subject("Pod", "shop", "alice", both));
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE);
    assertThat(verdict.exemptions()).isEmpty();
    assertThat(
            judge(
                    policy + exemption("one", match.formatted("NET_ADMIN, NET_RAW")),
                    subject("Pod", "shop", "alice", both))
                .exemptions())
        .containsExactly("one");
  }

  @Test
  void T21_anExemptionHoldsInItsNamespacesOnly() {
    String documents = exemption("checks: [nonRoot], namespaces: [shop], until: 2027-01-31");
    Container root = container("docker.io/library/nginx:1");
    assertThat(judge(documents, subject("Pod", "shop", "alice", root)).effect())
        .isEqualTo(Effect.NONE);
    for (String elsewhere : List.of("bank", "shop-2", "sho", "Shop", "*")) {
      assertThat(judge(documents, subject("Pod", elsewhere, "alice", root)).effect())
          .as(elsewhere)
          .isEqualTo(Effect.REFUSE);
    }
  }

  @Test
  void anExemptionEndsAtTheMoment() {
    String documents = exemption("checks: [nonRoot], namespaces: [shop], until: 2026-12-31");
    Instant end = Instant.parse("2027-01-01T00:00:00Z");
    assertThat(judge(documents, Judging.pod(), end.minusNanos(1), true).effect())
        .isEqualTo(Effect.NONE);
    assertThat(judge(documents, Judging.pod(), end, true).effect()).isEqualTo(Effect.REFUSE);
  }

  @Test
  void T34_oneselfIsExcludedByUserAndNotByNamespace() {
    String documents =
        policy(
            "mode: enforce, checks: {nonRoot: {}}, scope: {excludeUsers:"
                + " ['system:serviceaccount:tidegate:tidegate']}");
    Container root = container("docker.io/library/nginx:1");
    assertThat(
            judge(
                    documents,
                    subject("Pod", "tidegate", "system:serviceaccount:tidegate:tidegate", root))
                .effect())
        .isEqualTo(Effect.NONE);
    for (String user :
        List.of(
            "alice", "system:serviceaccount:tidegate:default", "system:serviceaccount:tidegate:")) {
      assertThat(judge(documents, subject("Pod", "tidegate", user, root)).effect())
          .as(user)
          .isEqualTo(Effect.REFUSE);
    }
  }
}
