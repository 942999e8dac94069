package dev.tidegate.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is judged: a pod, or the pod that a controller's template will make, with who asks and what
 * it was before.
 *
 * @param object the object that was sent
 * @param owner the workload that the pod belongs to, where known
 * @param operation CREATE or UPDATE
 * @param requester who asks
 * @param pod the pod as it shall be
 * @param before the pod as it is, on UPDATE; empty on CREATE
 * @param mirror whether this is a mirror pod that a kubelet reports: judged and logged, never
 *     denied or patched
 * @param pinnedLater whether digests are still to be added to its images: the template of a
 *     controller, the manifest of a command, what the mutating call is asked about. What its tags
 *     point at is then judged; a pod that is being validated has to have its digests already
 */
public record Subject(
    ObjectName object,
    Optional<Owner> owner,
    Operation operation,
    Requester requester,
    PodShape pod,
    Optional<PodShape> before,
    boolean mirror,
    boolean pinnedLater) {
  public Subject {
    Objects.requireNonNull(object);
    Objects.requireNonNull(owner);
    Objects.requireNonNull(operation);
    Objects.requireNonNull(requester);
    Objects.requireNonNull(pod);
    Objects.requireNonNull(before);
  }

  /** A subject whose images are pinned later exactly if it makes pods and is none itself. */
  public Subject(
      ObjectName object,
      Optional<Owner> owner,
      Operation operation,
      Requester requester,
      PodShape pod,
      Optional<PodShape> before,
      boolean mirror) {
    this(
        object,
        owner,
        operation,
        requester,
        pod,
        before,
        mirror,
        !(object.kind().equals("Pod") && object.group().isEmpty()));
  }

  /** The same, before digests are added to its images. */
  public Subject beforePinning() {
    return new Subject(object, owner, operation, requester, pod, before, mirror, true);
  }

  /** The same, to be judged as a whole and not by what an update changed. */
  public Subject asCreated() {
    return new Subject(
        object, owner, operation, requester, pod, Optional.empty(), mirror, pinnedLater);
  }

  /** Whether {@code container} is as it was before: same name, role and image. */
  public boolean unchanged(Container container) {
    return before.isPresent()
        && before.get().containers().stream()
            .anyMatch(old ->
                old.name().equals(container.name())
                    && old.role() == container.role()
                    && old.image().equals(container.image()));
  }

  /**
   * Whether this is a pod itself; the pods of controllers are judged again when they are created.
   */
  public boolean isPod() {
    return object.kind().equals("Pod") && object.group().isEmpty();
  }

  /** The namespace that it is in. */
  public String namespace() {
    return object.namespace();
  }

  /**
   * The workload for which something was first seen: the owner if there is one, else the object
   * itself.
   */
  public String workload() {
    return owner.map(Owner::toString).orElse(object.kind() + " " + object.name());
  }

  /** Whether any of {@code inputs} differs from before; always on CREATE. */
  public boolean changed(Iterable<Input> inputs) {
    if (before.isEmpty()) {
      return true;
    }
    for (Input input : inputs) {
      if (!input.of(pod).equals(input.of(before.get()))) {
        return true;
      }
    }
    return false;
  }

  /** This subject with only {@code kept} of its containers. */
  public Subject with(List<Container> kept) {
    return new Subject(
        object, owner, operation, requester, pod.with(kept), before, mirror, pinnedLater);
  }
}
