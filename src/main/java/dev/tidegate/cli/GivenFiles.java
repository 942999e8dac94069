package dev.tidegate.cli;

import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.NetworkPolicyReader;
import dev.tidegate.workload.WorkloadReader;
import dev.tidegate.workload.WorkloadReader.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a set of manifests brings: workloads, and the namespaces and network policies that they are
 * judged with.
 *
 * @param things what there is to judge or to tell of, in the order of the files
 * @param world the namespaces and network policies
 * @param objects how many objects there are of all kinds
 */
record GivenFiles(List<Thing> things, World world, int objects) {
  /** Whoever runs a command is nobody that a policy could exempt by name. */
  static final Requester NOBODY = new Requester("", List.of());

  GivenFiles {
    things = List.copyOf(things);
  }

  /** Something in a file. */
  sealed interface Thing {
    /** A workload. */
    record Workload(String source, Subject subject) implements Thing {}

    /** An object of a workload's kind that brings no pod. */
    record Empty(Manifest manifest, String namespace, String why) implements Thing {}
  }

  /**
   * Reads {@code texts}.
   *
   * @param texts by file
   * @param namespace of objects that name none
   * @throws CommandFailure naming all that cannot be read
   */
  static GivenFiles read(Map<String, String> texts, String namespace) throws CommandFailure {
    Manifests manifests = new Manifests();
    texts.forEach(manifests::read);
    List<String> problems = new ArrayList<>(manifests.problems());
    List<Thing> things = new ArrayList<>();
    World world = new World();
    manifests.namespaces().forEach(world::namespace);
    for (Manifest manifest : manifests.objects()) {
      try {
        add(manifest, manifest.namespace(namespace), world, things);
      } catch (BadDocument bad) {
        problems.add(
            manifest.where()
                + ": "
                + manifest.kind()
                + " "
                + manifest.name()
                + ": "
                + bad.getMessage()
                + "; correct it");
      }
    }
    if (!problems.isEmpty()) {
      throw CommandFailure.usage("the manifests cannot be used:\n" + String.join("\n", problems));
    }
    return new GivenFiles(things, world, manifests.objects().size());
  }

  private static void add(Manifest manifest, String namespace, World world, List<Thing> things)
      throws BadDocument {
    if (manifest.kind().equals("NetworkPolicy") && manifest.group().equals("networking.k8s.io")) {
      NetworkPolicy policy = NetworkPolicyReader.read(manifest.object());
      world.policy(namespace, policy);
      return;
    }
    Optional<ForeignPolicies> foreign = ForeignPolicies.of(manifest.group(), manifest.kind());
    if (foreign.isPresent()) {
      foreign.get().add(world, namespace, manifest.name());
      return;
    }
    switch (WorkloadReader.read(manifest.object())) {
      case Read.Workload workload ->
          things.add(
              new Thing.Workload(
                  manifest.where(),
                  WorkloadReader.subject(
                      workload, namespace, "", Operation.CREATE, NOBODY, Optional.empty())));
      case Read.NothingToJudge(String why) -> things.add(new Thing.Empty(manifest, namespace, why));
      case Read.NotAWorkload other -> {}
    }
  }
}
