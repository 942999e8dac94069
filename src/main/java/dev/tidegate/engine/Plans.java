package dev.tidegate.engine;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a set of policies comes to for judging, worked out once per set and per group of policies
 * that apply together, instead of for each subject. It holds nothing that could grow old: the same
 * set of policies and the same subject always have the same plan.
 */
final class Plans {
  /** Id under which it appears that a policy's scope could not be decided. */
  static final String SCOPE = "scope";

  /**
   * Most groups of policies whose plan is kept. They differ by namespace, kind and user, so there
   * are few; one that is not kept is worked out again.
   */
  private static final int MOST = 256;

  private final PolicySet set;
  private final List<Scope> scopes = new ArrayList<>();

  /** By policy: the place of its scope. */
  private final int[] scopeOf;

  private final LoadingCache<BitSet, Plan> plans;
  private final ExemptionIndex exemptions;

  Plans(PolicySet set) {
    this.set = set;
    this.exemptions = ExemptionIndex.of(set.exemptions());
    List<GatePolicy> policies = set.policies();
    this.scopeOf = new int[policies.size()];
    Map<Scope, Integer> places = new HashMap<>();
    for (int i = 0; i < scopeOf.length; i++) {
      Scope scope = policies.get(i).scope();
      Integer known = places.putIfAbsent(scope, scopes.size());
      scopeOf[i] = known == null ? scopes.size() : known;
      if (known == null) {
        scopes.add(scope);
      }
    }
    this.plans =
        Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build(this::planOf);
  }

  /** The set that these are of. */
  PolicySet set() {
    return set;
  }

  /** The exemptions of the set. */
  ExemptionIndex exemptions() {
    return exemptions;
  }

  /**
   * The plan for {@code subject}.
   *
   * @param rulings gets one for each policy of which it is not known whether it applies
   */
  Plan of(Subject subject, Facts facts, Rulings rulings) {
    BitSet covering = new BitSet(scopes.size());
    for (int i = 0; i < scopes.size(); i++) {
      switch (scopes.get(i).covers(subject, facts)) {
        case Scope.Match.Yes yes -> covering.set(i);
        case Scope.Match.No no -> {}
        case Scope.Match.Unknown unknown -> undecided(i, unknown.doubt(), subject, rulings);
      }
    }
    return plans.get(covering);
  }

  private void undecided(int scope, Doubt doubt, Subject subject, Rulings rulings) {
    Exemptions said = new Exemptions(Outcome.unknown(doubt), List.of());
    for (int i = 0; i < scopeOf.length; i++) {
      if (scopeOf[i] == scope) {
        GatePolicy policy = set.policies().get(i);
        rulings.add(
            SCOPE,
            new Plan.Deals(policy.mode(), OnUnknown.DENY, policy.controllers()),
            List.of(policy.name()),
            said,
            subject);
      }
    }
  }

  private Plan planOf(BitSet covering) {
    List<GatePolicy> applying = new ArrayList<>();
    for (int i = 0; i < scopeOf.length; i++) {
      if (covering.get(scopeOf[i])) {
        applying.add(set.policies().get(i));
      }
    }
    return Plan.of(applying);
  }
}
