package dev.tidegate.evidence;

import java.time.Instant;
import java.util.Map;

/**
 * A question that evidence answers; the type parameter is the type of the answer. Keys are values:
 * two equal keys are the same question.
 */
public sealed interface EvidenceKey<T> {

  /** Costs time: asked of another machine, remembered for a while. */
  sealed interface Fetched<T> extends EvidenceKey<T> {}

  /** Costs CPU only: carries its inputs, remembered in memory. */
  non-sealed interface Derived<T> extends EvidenceKey<T> {}

  /**
   * Known already or not at all: informers, or the files of a command; never stored, never waited
   * for.
   */
  sealed interface Live<T> extends EvidenceKey<T> {}

  /** The labels of a namespace; absent when there is no such namespace. */
  record NamespaceLabels(String namespace) implements Fetched<Map<String, String>> {}

  /** The network policies that concern a namespace, as last heard of. */
  record Isolation(String namespace) implements Live<NetworkPolicies> {}

  /**
   * The network policies that concern a namespace, read anew: no denial rests on an absence that
   * may be a delay of the informer.
   */
  record IsolationNow(String namespace) implements Fetched<NetworkPolicies> {}

  /**
   * When a workload of a namespace was first let through owing something; absent when it never was.
   *
   * @param workload as {@code Subject.workload()} names it
   */
  record FirstOwing(String namespace, String workload) implements Live<Instant> {}
}
