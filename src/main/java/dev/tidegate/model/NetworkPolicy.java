package dev.tidegate.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A NetworkPolicy (networking.k8s.io/v1) of one namespace, with {@code policyTypes} already
 * defaulted as the API server does: Ingress always, Egress when egress rules exist.
 *
 * @param name its name
 * @param pods which pods of its namespace it selects
 * @param directions which directions it isolates
 * @param ingress its ingress rules; only of effect if {@code directions} has INGRESS
 * @param egress its egress rules; only of effect if {@code directions} has EGRESS
 */
public record NetworkPolicy(
    String name,
    LabelSelector pods,
    Set<Direction> directions,
    List<NetworkRule> ingress,
    List<NetworkRule> egress) {
  public NetworkPolicy {
    name = PlainText.of(name, 253);
    Objects.requireNonNull(pods);
    directions = Set.copyOf(directions);
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  /** The rules of one direction. */
  public List<NetworkRule> rules(Direction direction) {
    return switch (direction) {
      case INGRESS -> ingress;
      case EGRESS -> egress;
    };
  }

  /** The directions that it isolates and opens again by a rule that lets everybody through. */
  public Set<Direction> open() {
    Set<Direction> open = EnumSet.noneOf(Direction.class);
    for (Direction direction : directions) {
      if (rules(direction).stream().anyMatch(NetworkRule::isOpen)) {
        open.add(direction);
      }
    }
    return Collections.unmodifiableSet(open);
  }
}
