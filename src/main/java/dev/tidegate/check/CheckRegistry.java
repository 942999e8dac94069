package dev.tidegate.check;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The checks there are: an explicit list, in the order in which texts name them. */
public final class CheckRegistry {
  private final Map<String, Check<?>> checks;

  private CheckRegistry(Map<String, Check<?>> checks) {
    this.checks = checks;
  }

  /**
   * A registry of {@code checks}.
   *
   * @throws IllegalArgumentException if two have the same id
   */
  public static CheckRegistry of(List<Check<?>> checks) {
    Map<String, Check<?>> byId = new LinkedHashMap<>();
    for (Check<?> check : checks) {
      if (byId.put(check.descriptor().id(), check) != null) {
        throw new IllegalArgumentException("two checks are called " + check.descriptor().id());
      }
    }
    return new CheckRegistry(byId);
  }

  /** The check called {@code id}. */
  public Optional<Check<?>> find(String id) {
    return Optional.ofNullable(checks.get(id));
  }

  /** All checks in their order. */
  public Collection<Check<?>> all() {
    return List.copyOf(checks.values());
  }
}
