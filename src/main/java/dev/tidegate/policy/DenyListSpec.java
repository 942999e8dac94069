package dev.tidegate.policy;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImagePattern;
import java.util.List;
import java.util.Set;

/** The {@code spec} of a DenyList. */
record DenyListSpec(
    @Field("Digests of images that may not run, for instance sha256:… with 64 digits.")
        Set<Digest> digests,
    @Field("Patterns for images that may not run, for instance docker.io/evil/**.")
        List<ImagePattern> repositories,
    @Field("Why; shown to whoever is refused.") String reason,
    @Field("Who answers for it; shown to whoever is refused.") String owner) {
  DenyListSpec {
    digests = Set.copyOf(digests);
    repositories = List.copyOf(repositories);
    if (digests.isEmpty() && repositories.isEmpty()) {
      throw new InvalidField(
          "digests",
          "the list names no image",
          "add digests or repositories, or remove the document");
    }
  }

  /** The list that this writes. */
  DenyList denyList(String name, Origin origin) {
    return new DenyList(name, origin, digests, repositories, reason, owner);
  }
}
