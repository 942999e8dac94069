package dev.tidegate.policy;

import dev.tidegate.check.SignerSpec;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code spec} of an Exemption. */
record ExemptionSpec(
    @Field(value = "Ids of the checks that may be violated.", nonEmpty = true) Set<String> checks,
    @Field(
            value =
                "Exact names of the namespaces in which it holds. \"*\" alone means all, which only"
                    + " an exemption with container.image may say.",
            nonEmpty = true)
        Set<String> namespaces,
    @Field(
            "The containers that it is for; without it, the pod and all its containers. With it,"
                + " findings about the pod as a whole are not exempted.")
        Optional<ContainerSpec> container,
    @Field(
            "Labels of the pods that it is for; without it, all pods. Since anybody may write"
                + " labels, namespaces by name and container.image are needed beside it.")
        Optional<SelectorSpec> podLabels,
    @Field("Who answers for it, a person or a team.") String owner,
    @Field("Why it is needed.") String reason,
    @Field("Where it was approved.") String ticket,
    @Field(
            "The day at whose end (UTC), or the moment at which, it ends. From that moment on it"
                + " exempts nothing.")
        Instant until) {
  ExemptionSpec {
    checks = Set.copyOf(checks);
    namespaces = Set.copyOf(namespaces);
    boolean everywhere = namespaces.contains(Exemption.EVERY_NAMESPACE);
    if (everywhere && namespaces.size() > 1) {
      throw new InvalidField(
          "namespaces", "* stands beside other names", "write either \"*\" alone or exact names");
    }
    if (everywhere && podLabels.isPresent()) {
      throw new InvalidField(
          "podLabels",
          "labels alone may not choose pods in every namespace, since anybody may write them",
          "name the namespaces, or remove podLabels");
    }
    if (everywhere && container.isEmpty()) {
      throw new InvalidField(
          "namespaces",
          "* exempts every pod of the cluster",
          "name the namespaces, or add container.image");
    }
    if (podLabels.isPresent() && container.isEmpty()) {
      throw new InvalidField(
          "podLabels",
          "labels alone may not choose pods, since anybody may write them",
          "add container.image, or remove podLabels");
    }
    if (!everywhere) {
      Names.namespaces("namespaces", namespaces);
    }
  }

  /**
   * The exemption that this writes.
   *
   * @param signers those that the policies name
   */
  Exemption exemption(String name, Origin origin, Map<String, SignerSpec> signers) {
    return new Exemption(
        name,
        origin,
        checks,
        namespaces,
        container.map(spec -> spec.match(signers)),
        podLabels.map(SelectorSpec::selector),
        owner,
        reason,
        ticket,
        until);
  }
}
