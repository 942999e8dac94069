package dev.tidegate.policy;

import dev.tidegate.check.NamesSigners;
import dev.tidegate.check.SignerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The signers that policies name. One name means one signer, so that an exemption that asks for a
 * signer by name asks for the one that its author means.
 *
 * @param byName the signers
 * @param ambiguous names that mean several, with the policies that say so
 */
record Signers(Map<String, SignerSpec> byName, Map<String, List<Origin>> ambiguous) {

  /** The signers that the checks of {@code policies} name. */
  static Signers of(List<GatePolicy> policies) {
    Map<String, SignerSpec> byName = new TreeMap<>();
    Map<String, Origin> origins = new TreeMap<>();
    Map<String, List<Origin>> ambiguous = new TreeMap<>();
    for (GatePolicy policy : policies) {
      for (SignerSpec signer : named(policy)) {
        SignerSpec other = byName.putIfAbsent(signer.name(), signer);
        Origin first = origins.computeIfAbsent(signer.name(), name -> policy.origin());
        if (other != null && !other.sameAs(signer)) {
          ambiguous
              .computeIfAbsent(signer.name(), name -> new ArrayList<>(List.of(first)))
              .add(policy.origin());
        }
      }
    }
    return new Signers(byName, ambiguous);
  }

  private static List<SignerSpec> named(GatePolicy policy) {
    return policy.checks().stream()
        .map(Configured::parameters)
        .filter(NamesSigners.class::isInstance)
        .map(NamesSigners.class::cast)
        .flatMap(parameters -> parameters.signersNamed().stream())
        .toList();
  }
}
