package dev.tidegate.model;

/** A direction of traffic, as NetworkPolicies name it. */
public enum Direction {
  INGRESS("Ingress"),
  EGRESS("Egress");

  private final String word;

  Direction(String word) {
    this.word = word;
  }

  /** The word in manifests. */
  @Override
  public String toString() {
    return word;
  }
}
