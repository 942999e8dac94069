package dev.tidegate.evidence;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The vulnerabilities that a project of a registry says it can live with: the list that has effect
 * there, so the system's where the project uses that one.
 *
 * @param ids matched with case
 * @param until exclusive: from then on the list allows nothing; empty means it does not end
 */
public record CveAllowList(Set<String> ids, Optional<Instant> until) implements Weighed {
  /** Most entries. */
  public static final int MOST = 20_000;

  public CveAllowList {
    if (ids.size() > MOST) {
      throw new IllegalArgumentException(ids.size() + " entries are more than " + MOST);
    }
    ids = Set.copyOf(ids);
    Objects.requireNonNull(until);
  }

  /** Whether it allows {@code id} at {@code now}. */
  public boolean allows(String id, Instant now) {
    return ids.contains(id) && until.map(now::isBefore).orElse(true);
  }

  @Override
  public int weight() {
    return 200 + ids.size() * 80;
  }
}
