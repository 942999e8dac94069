package dev.tidegate.engine;

import dev.tidegate.policy.Exemption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Exemptions by check and namespace, so that an admission looks only at those that can be meant. It
 * narrows and decides nothing: an exemption that is found here still has to cover the finding.
 */
final class ExemptionIndex {
  /**
   * By check, then by namespace; {@link Exemption#EVERY_NAMESPACE} is for all that are not named.
   */
  private final Map<String, Map<String, List<Exemption>>> index;

  private ExemptionIndex(Map<String, Map<String, List<Exemption>>> index) {
    this.index = index;
  }

  /** An index of {@code exemptions}, whose order it keeps. */
  static ExemptionIndex of(List<Exemption> exemptions) {
    Map<String, List<Exemption>> byCheck = new HashMap<>();
    for (Exemption exemption : exemptions) {
      for (String check : exemption.checks()) {
        byCheck.computeIfAbsent(check, first -> new ArrayList<>()).add(exemption);
      }
    }
    Map<String, Map<String, List<Exemption>>> index = new HashMap<>();
    byCheck.forEach((check, those) -> index.put(check, byNamespace(those)));
    return new ExemptionIndex(index);
  }

  private static Map<String, List<Exemption>> byNamespace(List<Exemption> exemptions) {
    Set<String> namespaces = new LinkedHashSet<>();
    namespaces.add(Exemption.EVERY_NAMESPACE);
    for (Exemption exemption : exemptions) {
      namespaces.addAll(exemption.namespaces());
    }
    Map<String, List<Exemption>> found = new HashMap<>();
    for (String namespace : namespaces) {
      found.put(
          namespace,
          exemptions.stream()
              .filter(exemption ->
                  exemption.namespaces().contains(namespace)
                      || exemption.namespaces().contains(Exemption.EVERY_NAMESPACE))
              .toList());
    }
    return found;
  }

  /** Those that name {@code check}, and {@code namespace} or all. */
  List<Exemption> of(String check, String namespace) {
    Map<String, List<Exemption>> byNamespace = index.get(check);
    if (byNamespace == null) {
      return List.of();
    }
    List<Exemption> named = byNamespace.get(namespace);
    return named != null ? named : byNamespace.getOrDefault(Exemption.EVERY_NAMESPACE, List.of());
  }
}
