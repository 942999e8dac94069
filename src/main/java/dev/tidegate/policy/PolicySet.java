package dev.tidegate.policy;

import java.util.List;
import java.util.Objects;

/**
 * All policy documents in force at one moment; immutable, replaced as a whole.
 *
 * @param generation counts the sets that this process has put in force, from 1; 0 is the empty set
 *     before the first
 * @param fingerprint 12 hexadecimal digits over the contents: equal on every replica that serves
 *     the same documents
 * @param policies sorted by name
 * @param exemptions sorted by name
 * @param denyLists sorted by name
 */
public record PolicySet(
    long generation,
    String fingerprint,
    List<GatePolicy> policies,
    List<Exemption> exemptions,
    List<DenyList> denyLists) {
  /** No documents. */
  public static final PolicySet EMPTY =
      new PolicySet(0, "000000000000", List.of(), List.of(), List.of());

  public PolicySet {
    Objects.requireNonNull(fingerprint);
    policies = List.copyOf(policies);
    exemptions = List.copyOf(exemptions);
    denyLists = List.copyOf(denyLists);
  }

  /** The same documents as the {@code generation}th set in force. */
  public PolicySet as(long generation) {
    return new PolicySet(generation, fingerprint, policies, exemptions, denyLists);
  }
}
