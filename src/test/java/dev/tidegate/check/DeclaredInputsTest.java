package dev.tidegate.check;

import static dev.tidegate.testkit.Subjects.quantities;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Container;
import dev.tidegate.model.Direction;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A check that is skipped on UPDATE must not have been able to say anything else: whatever part of
 * a pod is changed, if the outcome changes, the check's declared inputs must have changed.
 */
class DeclaredInputsTest {
  private static final long SEED = 20261125;
  private static final int PODS = 4000;

  /** A check with parameters under which every part of a pod that it reads can matter. */
  private record Probe<P extends Record>(Check<P> check, P parameters) {
    Outcome of(PodShape pod) {
      return check.evaluate(subject(pod, Optional.empty()), parameters, facts());
    }

    boolean judgesAgain(PodShape pod, PodShape before) {
      return subject(pod, Optional.of(before)).changed(check.descriptor().inputs());
    }
  }

  private static final List<Probe<?>> PROBES =
      List.of(
          new Probe<>(
              new ImageReferenceCheck(),
              new ImageReferenceCheck.Parameters(
                  List.of(ImagePattern.parse("docker.io/library")),
                  ImageReferenceCheck.DigestRule.NEVER,
                  List.of(TagPattern.parse("latest")))),
          new Probe<>(new NonRoot(), new NonRoot.Parameters(true, false)),
          new Probe<>(
              new ResourceLimits(),
              new ResourceLimits.Parameters(
                  Set.of("requests.cpu", "limits.memory"),
                  quantities("limits.memory=2Gi"),
                  quantities("requests.cpu=100m"),
                  quantities("limits.memory=3Gi"))),
          new Probe<>(
              new NetworkPolicyCheck(),
              new NetworkPolicyCheck.Parameters(
                  Set.of(Direction.INGRESS, Direction.EGRESS), Duration.ZERO)));

  private static FakeFacts facts() {
    NetworkPolicies policies =
        new NetworkPolicies(
            List.of(
                new NetworkPolicy(
                    "web",
                    new LabelSelector(Map.of("app", "web"), List.of()),
                    Set.of(Direction.INGRESS, Direction.EGRESS),
                    List.of(),
                    List.of())),
            List.of());
    return FakeFacts.none()
        .present(new EvidenceKey.Isolation("shop"), policies)
        .present(new EvidenceKey.IsolationNow("shop"), policies);
  }

  private static Subject subject(PodShape pod, Optional<PodShape> before) {
    Subject plain = Subjects.pod().build();
    return new Subject(
        plain.object(),
        plain.owner(),
        plain.operation(),
        plain.requester(),
        pod,
        before,
        plain.mirror());
  }

  @Test
  void T10_whatChangesAnOutcomeIsADeclaredInput() {
    Random random = new Random(SEED);
    Map<String, Integer> flips = new HashMap<>();
    for (int i = 0; i < PODS; i++) {
      PodShape before = pod(random);
      PodShape after = changed(before, random);
      for (Probe<?> probe : PROBES) {
        if (!probe.of(before).equals(probe.of(after))) {
          String id = probe.check().descriptor().id();
          flips.merge(id, 1, Integer::sum);
          assertThat(probe.judgesAgain(after, before))
              .as("%s, pod %d of seed %d: %s became %s", id, i, SEED, before, after)
              .isTrue();
        }
      }
    }
    // Otherwise the pods would be too dull to prove anything.
    assertThat(flips).hasSize(PROBES.size());
    assertThat(flips.values()).allSatisfy(count -> assertThat(count).isGreaterThan(PODS / 50));
  }

  @Test
  void anUnchangedPodIsNotJudgedAgain() {
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      PodShape pod = pod(random);
      for (Probe<?> probe : PROBES) {
        assertThat(probe.judgesAgain(pod, pod.with(pod.containers()))).isFalse();
      }
    }
  }

  private static PodShape pod(Random random) {
    List<Container> containers = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      containers.add(container(i, random));
    }
    return new PodShape(
        Map.of("app", pick(random, "web", "api")),
        "spec",
        containers,
        security(random),
        resources(random),
        random.nextInt(6) == 0,
        pick(random, Optional.empty(), Optional.of(true), Optional.of(false)),
        random.nextBoolean());
  }

  private static Container container(int index, Random random) {
    return new Container(
        "c" + index,
        pick(random, Role.values()),
        "spec.containers[" + index + "]",
        image(random),
        security(random),
        resources(random),
        List.of(),
        List.of());
  }

  /** {@code pod} with one part replaced. */
  private static PodShape changed(PodShape pod, Random random) {
    PodShape other = pod(random);
    int part = random.nextInt(8);
    return new PodShape(
        part == 0 ? other.labels() : pod.labels(),
        pod.field(),
        part == 1 ? changed(pod.containers(), random) : pod.containers(),
        part == 2 ? other.security() : pod.security(),
        part == 3 ? other.resources() : pod.resources(),
        part == 4 ? other.hostNetwork() : pod.hostNetwork(),
        part == 5 ? other.hostUsers() : pod.hostUsers(),
        part == 6 ? other.windows() : pod.windows());
  }

  private static List<Container> changed(List<Container> containers, Random random) {
    List<Container> changed = new ArrayList<>(containers);
    int index = random.nextInt(containers.size());
    Container old = containers.get(index);
    int part = random.nextInt(8);
    Container other = container(index, random);
    switch (part) {
      case 0 -> changed.remove(index);
      case 1 -> changed.add(container(containers.size(), random));
      case 2 -> Collections.reverse(changed);
      default ->
          changed.set(
              index,
              new Container(
                  old.name(),
                  part == 3 ? other.role() : old.role(),
                  old.field(),
                  part == 4 ? other.image() : old.image(),
                  part == 5 ? other.security() : old.security(),
                  part == 6 ? other.resources() : old.resources(),
                  part == 7 ? List.of("sh") : old.command(),
                  old.args()));
    }
    return changed;
  }

  private static String image(Random random) {
    return pick(random, "nginx:1", "nginx", "docker.io/evil/web:1", "", "nginx:2");
  }

  private static SecurityContext security(Random random) {
    return new SecurityContext(
        pick(random, Optional.empty(), Optional.of(true), Optional.of(false)),
        pick(random, Optional.empty(), Optional.of(0L), Optional.of(1000L)),
        Optional.empty(),
        Set.of());
  }

  private static Resources resources(Random random) {
    Map<String, Quantity> requests = new HashMap<>();
    Map<String, Quantity> limits = new HashMap<>();
    if (random.nextBoolean()) {
      requests.put("cpu", pick(random, Quantity.parse("1"), Quantity.parse("10m")));
    }
    if (random.nextInt(3) > 0) {
      limits.put("memory", pick(random, Quantity.parse("1Gi"), Quantity.parse("4Gi")));
    }
    return new Resources(requests, limits);
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
