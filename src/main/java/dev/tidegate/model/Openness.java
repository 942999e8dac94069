package dev.tidegate.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a rule of a NetworkPolicy lets everybody through on every TCP port: what such a rule
 * stands beside isolates nobody, since rules add up.
 */
final class Openness {
  private static final int LAST_PORT = 65535;

  private Openness() {}

  /** Ports from {@code first} to {@code last}, both included. */
  private record Range(int first, int last) {}

  /** Whether {@code rule} restricts neither who nor which TCP port. */
  static boolean isOpen(NetworkRule rule) {
    return everybody(rule.peers()) && everyTcpPort(rule.ports());
  }

  private static boolean everybody(List<NetworkRule.Peer> peers) {
    if (peers.isEmpty()) {
      return true;
    }
    return peers.stream().anyMatch(Openness::isEveryPod)
        || AddressSpace.isCoveredBy(
            peers.stream()
                .filter(NetworkRule.Addresses.class::isInstance)
                .map(NetworkRule.Addresses.class::cast)
                .toList());
  }

  private static boolean isEveryPod(NetworkRule.Peer peer) {
    return switch (peer) {
      case NetworkRule.Addresses addresses -> false;
      case NetworkRule.Pods pods ->
          pods.namespaces().filter(selector -> selector.isEmpty()).isPresent()
              && pods.pods().map(selector -> selector.isEmpty()).orElse(true);
    };
  }

  private static boolean everyTcpPort(List<NetworkRule.Ports> ports) {
    if (ports.isEmpty()) {
      return true;
    }
    List<Range> ranges =
        ports.stream()
            .filter(entry -> entry.protocol().equals("TCP"))
            .flatMap(entry -> range(entry).stream())
            .sorted(Comparator.comparingInt(Range::first))
            .toList();
    int next = 1;
    for (Range range : ranges) {
      if (range.first() > next) {
        return false;
      }
      next = Math.max(next, range.last() + 1);
    }
    return next > LAST_PORT;
  }

  private static Optional<Range> range(NetworkRule.Ports entry) {
    if (entry.port().isEmpty()) {
      return Optional.of(new Range(1, LAST_PORT));
    }
    String port = entry.port().get();
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // A named port is one port.
      return Optional.empty();
    }
    int first = Integer.parseInt(port);
    // Clamped, so that a number beyond every port cannot overflow.
    return Optional.of(new Range(first, Math.min(entry.endPort().orElse(first), LAST_PORT)));
  }
}
