package dev.tidegate.model;

import java.util.List;

/**
 * A part of a pod that a check declares to read. On UPDATE a check is skipped only if none of its
 * inputs changed (policy language, "Updates"); intent, such as scaling down or removing a
 * finalizer, decides nothing.
 */
public enum Input {
  /** Image and role of every container and image volume. */
  IMAGES {
    @Override
    public Object of(PodShape pod) {
      return pod.containers().stream().map(c -> List.of(c.name(), c.role(), c.image())).toList();
    }
  },
  /** Who the processes run as: security contexts, user namespace and operating system. */
  RUN_AS {
    @Override
    public Object of(PodShape pod) {
      return List.of(
          pod.security(),
          pod.hostUsers(),
          pod.windows(),
          pod.running().map(c -> List.of(c.name(), c.role(), c.security())).toList());
    }
  },
  /** Requests and limits of containers and pod. */
  RESOURCES {
    @Override
    public Object of(PodShape pod) {
      return List.of(
          pod.resources(),
          pod.running().map(c -> List.of(c.name(), c.role(), c.resources())).toList());
    }
  },
  /** The pod's labels, by which NetworkPolicies select it. */
  LABELS {
    @Override
    public Object of(PodShape pod) {
      return pod.labels();
    }
  },
  /** Whether the pod is on the node's network. */
  HOST_NETWORK {
    @Override
    public Object of(PodShape pod) {
      return pod.hostNetwork();
    }
  },
  /**
   * All that an exemption can match on. Every check has it among its inputs: what an exemption
   * covered before a change must be judged again when the change takes the exemption's ground away.
   */
  EXEMPTION_BASIS {
    @Override
    public Object of(PodShape pod) {
      return List.of(
          pod.labels(),
          pod.security(),
          pod.containers().stream()
              .map(c -> List.of(c.name(), c.role(), c.image(), c.security(), c.command(), c.args()))
              .toList());
    }
  };

  /** This part of {@code pod}, as a value to be compared by {@code equals}. */
  public abstract Object of(PodShape pod);
}
