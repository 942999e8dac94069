package dev.tidegate.policy;

import java.util.List;
import java.util.Objects;

/**
 * A policy: which checks, with which parameters, for whom, and what to do about what they find.
 *
 * @param name unique among policies
 * @param origin where it stands
 * @param mode what it does about what it finds
 * @param controllers what it does about controllers when it enforces
 * @param scope what it applies to
 * @param checks its checks in the order of the registry, each at most once
 */
public record GatePolicy(
    String name,
    Origin origin,
    Mode mode,
    ForControllers controllers,
    Scope scope,
    List<Configured<?>> checks) {
  public GatePolicy {
    Objects.requireNonNull(name);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(controllers);
    Objects.requireNonNull(scope);
    checks = List.copyOf(checks);
  }
}
