package dev.tidegate.harbor;

import java.util.Objects;

/**
 * The scanner that scans for a project.
 *
 * @param id of its registration, 1 to 64 letters, digits, {@code _} and {@code -}
 * @param name as Harbor shows it, fit for a line of text; empty if it has none
 * @param disabled whether it is switched off
 */
public record ProjectScanner(String id, String name, boolean disabled) {
  public ProjectScanner {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
  }
}
