package dev.tidegate.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of {@code --namespace-label}. */
final class NamespaceLabels {
  private NamespaceLabels() {}

  /**
   * The labels by namespace.
   *
   * @param options each {@code NAMESPACE:KEY=VALUE}
   * @throws CommandFailure if one is not so
   */
  static Map<String, Map<String, String>> of(List<String> options) throws CommandFailure {
    Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    for (String option : options) {
      int colon = option.indexOf(':');
      int equals = option.indexOf('=', Math.max(colon, 0));
      if (colon < 1 || equals <= colon + 1) {
        throw CommandFailure.usage(
            "--namespace-label "
                + option
                + ": write NAMESPACE:KEY=VALUE, for instance shop:env=prod");
      }
      labels
          .computeIfAbsent(option.substring(0, colon), none -> new LinkedHashMap<>())
          .put(option.substring(colon + 1, equals), option.substring(equals + 1));
    }
    return labels;
  }
}
