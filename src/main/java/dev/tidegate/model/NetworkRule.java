package dev.tidegate.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One ingress or egress rule of a NetworkPolicy (networking.k8s.io/v1).
 *
 * @param peers who; empty means everybody
 * @param ports which ports; empty means every port
 */
public record NetworkRule(List<Peer> peers, List<Ports> ports) {
  public NetworkRule {
    peers = List.copyOf(peers);
    ports = List.copyOf(ports);
  }

  /** Whether it lets everybody through on every TCP port. */
  public boolean isOpen() {
    return Openness.isOpen(this);
  }

  /** Somebody that a rule lets through. */
  public sealed interface Peer {}

  /** Addresses: a block less its exceptions, in CIDR notation. */
  public record Addresses(String cidr, List<String> except) implements Peer {
    public Addresses {
      Objects.requireNonNull(cidr);
      except = List.copyOf(except);
    }
  }

  /**
   * Pods by label.
   *
   * @param pods which pods; empty means all of the namespaces that are selected
   * @param namespaces in which namespaces; empty means the policy's own only
   */
  public record Pods(Optional<LabelSelector> pods, Optional<LabelSelector> namespaces)
      implements Peer {
    public Pods {
      Objects.requireNonNull(pods);
      Objects.requireNonNull(namespaces);
    }
  }

  /**
   * Ports of one protocol.
   *
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   * @param port number or name; empty means all ports of the protocol
   * @param endPort last port of a range that starts at {@code port}
   */
  public record Ports(String protocol, Optional<String> port, Optional<Integer> endPort) {
    public Ports {
      Objects.requireNonNull(protocol);
      Objects.requireNonNull(port);
      Objects.requireNonNull(endPort);
    }
  }
}
