package dev.tidegate.model;

import java.util.Objects;

/**
 * A repository of a registry, normalised.
 *
 * @param registry host with optional port, for instance {@code docker.io} or {@code
 *     harbor.example.com:8443}
 * @param path for instance {@code library/nginx}
 */
public record Repository(String registry, String path) {
  public Repository {
    Objects.requireNonNull(registry);
    Objects.requireNonNull(path);
  }

  /** {@code docker.io/library/nginx}. */
  @Override
  public String toString() {
    return registry + "/" + path;
  }
}
