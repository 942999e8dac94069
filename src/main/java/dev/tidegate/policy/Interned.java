package dev.tidegate.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Policies in which equal parameters of a check are one object, so that judging finds out by
 * identity that several policies ask for the same.
 */
final class Interned {
  private final Map<Asked, Record> first = new HashMap<>();

  private Interned() {}

  /** A check and what it was configured with. */
  private record Asked(String check, Record parameters) {}

  /** The same policies, sharing what is equal. */
  static List<GatePolicy> of(List<GatePolicy> policies) {
    Interned interned = new Interned();
    return policies.stream().map(interned::shared).toList();
  }

  private GatePolicy shared(GatePolicy policy) {
    return new GatePolicy(
        policy.name(),
        policy.origin(),
        policy.mode(),
        policy.controllers(),
        policy.scope(),
        policy.checks().stream().<Configured<?>>map(this::shared).toList());
  }

  private <P extends Record> Configured<P> shared(Configured<P> one) {
    Record same = first.computeIfAbsent(new Asked(one.id(), one.parameters()), Asked::parameters);
    return new Configured<>(one.check(), one.check().parameters().cast(same), one.onUnknown());
  }
}
