package dev.tidegate.policy;

import dev.tidegate.document.Field;
import java.util.List;
import java.util.Map;

/** The kinds of policy documents, as they are written. */
sealed interface Document {
  /** The version that all of them have. */
  String API_VERSION = "tidegate.dev/v1alpha1";

  /** The documents by kind, in the order of references. */
  Map<String, Class<? extends Record>> KINDS =
      Map.of(
          "GatePolicy",
          OfPolicy.class,
          "Exemption",
          OfExemption.class,
          "DenyList",
          OfDenyList.class);

  /** The kinds in the order of texts. */
  List<String> KIND_NAMES = List.of("GatePolicy", "Exemption", "DenyList");

  /** What it is called. */
  Metadata metadata();

  /** Which checks apply to which objects, and what to do about what they find. */
  record OfPolicy(
      @Field("Always tidegate.dev/v1alpha1.") String apiVersion,
      @Field("Always GatePolicy.") String kind,
      @Field("Name, labels and annotations.") Metadata metadata,
      @Field("The policy.") PolicySpec spec)
      implements Document {}

  /** Permission to violate named checks, for a while. */
  record OfExemption(
      @Field("Always tidegate.dev/v1alpha1.") String apiVersion,
      @Field("Always Exemption.") String kind,
      @Field("Name, labels and annotations.") Metadata metadata,
      @Field("The exemption.") ExemptionSpec spec)
      implements Document {}

  /** Images that may not run anywhere. */
  record OfDenyList(
      @Field("Always tidegate.dev/v1alpha1.") String apiVersion,
      @Field("Always DenyList.") String kind,
      @Field("Name, labels and annotations.") Metadata metadata,
      @Field("The list.") DenyListSpec spec)
      implements Document {}
}
