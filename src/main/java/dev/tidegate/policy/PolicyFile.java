package dev.tidegate.policy;

import java.util.Objects;

/**
 * A file of policy documents.
 *
 * @param name relative to the policy directory
 * @param text YAML, any number of documents
 */
public record PolicyFile(String name, String text) {
  public PolicyFile {
    Objects.requireNonNull(name);
    Objects.requireNonNull(text);
  }
}
