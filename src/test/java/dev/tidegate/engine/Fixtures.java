package dev.tidegate.engine;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Input;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.ContainerMatch;
import dev.tidegate.policy.Exemption;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.Origin;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A minimal pod, and checks that say what a test tells them to. */
final class Fixtures {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final Origin HERE = new Origin("test.yaml", 1);

  private Fixtures() {}

  static Container container(int index, String image) {
    return new Container(
        "c" + index,
        Role.MAIN,
        "spec.containers[" + index + "]",
        image,
        SecurityContext.NONE,
        Resources.NONE,
        List.of(),
        List.of());
  }

  static PodShape shape(Container... containers) {
    return new PodShape(
        Map.of(),
        "spec",
        List.of(containers),
        SecurityContext.NONE,
        Resources.NONE,
        false,
        Optional.empty(),
        false);
  }

  static Subject pod(Container... containers) {
    return subject("Pod", shape(containers), Optional.empty(), false);
  }

  static Subject pod() {
    return pod(container(0, "docker.io/library/nginx:1"));
  }

  static Subject subject(String kind, PodShape shape, Optional<PodShape> before, boolean mirror) {
    return new Subject(
        new ObjectName(kind.equals("Pod") ? "" : "apps", kind, "shop", "web"),
        Optional.empty(),
        before.isPresent() ? Operation.UPDATE : Operation.CREATE,
        new Requester("alice", List.of()),
        shape,
        before,
        mirror);
  }

  /** No parameters. */
  record Nothing() {}

  /** A check that answers with {@code says}. */
  record Says(CheckDescriptor descriptor, BiFunction<Subject, Facts, Outcome> says)
      implements Check<Nothing> {
    @Override
    public Class<Nothing> parameters() {
      return Nothing.class;
    }

    @Override
    public Outcome evaluate(Subject subject, Nothing none, Facts facts) {
      return says.apply(subject, facts);
    }
  }

  static Says check(
      String id, Set<Input> inputs, boolean gatesImages, BiFunction<Subject, Facts, Outcome> says) {
    return new Says(new CheckDescriptor(id, id, List.of(), inputs, gatesImages), says);
  }

  static GatePolicy policy(String name, Mode mode, OnUnknown onUnknown, Says... checks) {
    return policy(name, mode, ForControllers.WARN, Scope.EVERYTHING, onUnknown, checks);
  }

  static GatePolicy policy(
      String name,
      Mode mode,
      ForControllers controllers,
      Scope scope,
      OnUnknown onUnknown,
      Says... checks) {
    List<Configured<?>> configured =
        Arrays.stream(checks)
            .<Configured<?>>map(check -> new Configured<>(check, new Nothing(), onUnknown))
            .toList();
    return new GatePolicy(name, HERE, mode, controllers, scope, configured);
  }

  /**
   * Permits {@code x} in {@code shop} to images that one of {@code signers}, if any, has signed.
   */
  static Exemption exemption(String name, String image, Instant until, SignerSpec... signers) {
    return new Exemption(
        name,
        HERE,
        Set.of("x"),
        Set.of("shop"),
        Optional.of(
            new ContainerMatch(
                ImagePattern.parse(image),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(signers),
                Set.of())),
        Optional.empty(),
        "o",
        "r",
        "t",
        until);
  }

  /** Permits {@code checks} in {@code namespaces} to whole pods, for ever. */
  static Exemption exemption(String name, Set<String> checks, Set<String> namespaces) {
    return new Exemption(
        name,
        HERE,
        checks,
        namespaces,
        Optional.empty(),
        Optional.empty(),
        "o",
        "r",
        "t",
        Instant.MAX);
  }

  static PolicySet set(GatePolicy... policies) {
    return new PolicySet(7, "0123456789ab", List.of(policies), List.of(), List.of());
  }

  /** A store that knows {@code known} and gathers by {@code gatherer}. */
  record MapStore(Map<EvidenceKey<?>, Evidence<?>> known, Gatherer gatherer)
      implements EvidenceStore {
    interface Gatherer {
      CompletableFuture<Void> gather(
          Set<EvidenceKey<?>> keys, Map<EvidenceKey<?>, Evidence<?>> known);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
      return (Evidence<T>) known.get(key);
    }

    @Override
    public CompletableFuture<Void> gather(Set<Wanted> wanted) {
      return gatherer.gather(
          wanted.stream().map(Wanted::key).collect(Collectors.toCollection(LinkedHashSet::new)),
          known);
    }
  }

  /** Facts that know nothing. */
  static Facts noFacts() {
    return new Asking(
        new MapStore(Map.of(), (keys, known) -> new CompletableFuture<>()),
        NOW,
        NOW,
        Duration.ZERO,
        Doubt.of(Cause.NOT_GATHERED, "not gathered yet"));
  }
}
