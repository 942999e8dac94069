package dev.tidegate.model;

/**
 * What made a check pass, for explanations.
 *
 * @param statement a short sentence without a full stop
 */
public record Proof(String statement) {
  public Proof {
    statement = PlainText.of(statement, 500);
  }
}
