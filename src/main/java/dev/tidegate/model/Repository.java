package dev.tidegate.model;

/**
 * Where images are kept: a registry and a path in it, both normalised, as {@link ImageReference}
 * makes them.
 *
 * @param registry host with optional port; {@code docker.io} for Docker Hub. Its letters keep their
 *     case, as containerd keeps it
 * @param path the rest of the name; at most 255 characters, and at least two segments on {@code
 *     docker.io}
 */
public record Repository(String registry, String path) {
  /**
   * A repository of the two parts.
   *
   * @throws BadReference if a part is not of the grammar, or is not normalised
   */
  public Repository {
    ReferenceGrammar.problemOfRegistry(registry)
        .ifPresent(problem -> {
          throw new BadReference(
              "registry " + PlainText.quote(registry) + " " + problem,
              "write the registry's host name, with its port if it has one");
        });
    ReferenceGrammar.problemOfPath(path)
        .ifPresent(problem -> {
          throw new BadReference(
              "repository " + PlainText.quote(path) + " " + problem,
              "write lower-case letters, digits and single separators between slashes");
        });
    if (!ReferenceGrammar.isNormalised(registry, path)) {
      throw new BadReference(
          "repository " + PlainText.quote(registry + "/" + path) + " is not the normalised name",
          "write docker.io, and library/ before the name of an official image");
    }
  }

  /** {@code registry/path}. */
  @Override
  public String toString() {
    return registry + "/" + path;
  }
}
