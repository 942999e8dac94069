package dev.tidegate.policy;

import dev.tidegate.document.InvalidField;
import java.util.Collection;
import java.util.regex.Pattern;

/** What names must look like; one that does not can match nothing. */
final class Names {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");

  private Names() {}

  /**
   * Demands that all {@code names} can be names of namespaces.
   *
   * @throws InvalidField naming {@code field}
   */
  static void namespaces(String field, Collection<String> names) {
    for (String name : names) {
      if (!LABEL.matcher(name).matches()) {
        throw new InvalidField(
            field,
            "\"" + name + "\" can match no namespace",
            "write exact names of namespaces; for many of them use matchLabels in a policy's scope");
      }
    }
  }
}
