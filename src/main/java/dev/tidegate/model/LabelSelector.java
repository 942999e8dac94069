package dev.tidegate.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A label selector (meta/v1): all labels and all expressions must match; an empty one selects
 * everything.
 *
 * @param matchLabels labels that must be there with these values
 * @param matchExpressions further conditions
 */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
  /** Selects everything. */
  public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

  public LabelSelector {
    matchLabels = Map.copyOf(matchLabels);
    matchExpressions = List.copyOf(matchExpressions);
  }

  /** How a label is compared. */
  public enum Operator {
    IN("In"),
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /**
     * The operator written as {@code word}, with case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Operator parse(String word) {
      for (Operator operator : values()) {
        if (operator.word.equals(word)) {
          return operator;
        }
      }
      throw new IllegalArgumentException(
          "\""
              + PlainText.of(word, 40)
              + "\" is not an operator; write In, NotIn, Exists or DoesNotExist");
    }

    /** The word in manifests. */
    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * A condition on one label.
   *
   * @param key the label
   * @param operator how it is compared
   * @param values with what: at least one for In and NotIn, none for the others
   */
  public record Requirement(String key, Operator operator, Set<String> values) {
    public Requirement {
      Objects.requireNonNull(key);
      values = Set.copyOf(values);
      boolean wantsValues = operator == Operator.IN || operator == Operator.NOT_IN;
      if (wantsValues == values.isEmpty()) {
        throw new IllegalArgumentException(
            "operator "
                + operator
                + (wantsValues ? " needs at least one value" : " takes no values"));
      }
    }

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }

  /** Whether it selects everything. */
  public boolean isEmpty() {
    return matchLabels.isEmpty() && matchExpressions.isEmpty();
  }

  /** Whether an object with {@code labels} is selected. */
  public boolean matches(Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : matchLabels.entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (Requirement requirement : matchExpressions) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }
}
