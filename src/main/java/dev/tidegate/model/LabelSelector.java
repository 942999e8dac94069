package dev.tidegate.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A label selector (meta/v1 LabelSelector): all labels and all expressions must match; an empty one
 * selects everything. It is checked as the API server checks it, so that a selector with a mistake
 * is an error and not one that quietly selects nothing, or everything.
 *
 * @param matchLabels labels that must be there with these values; in the order of their keys
 * @param matchExpressions further conditions
 */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
  /** Selects everything. */
  public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

  private static final int LONGEST_NAME = 63;
  private static final int LONGEST_PREFIX = 253;

  // Possessive, so that no text is read twice.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[-_.]*+[A-Za-z0-9])*+");
  private static final Pattern PREFIX =
      Pattern.compile("[a-z0-9](?:-*+[a-z0-9])*+(?:\\.[a-z0-9](?:-*+[a-z0-9])*+)*+");

  /**
   * A selector of the two parts.
   *
   * @throws BadValue if a key or value cannot be that of a label
   */
  public LabelSelector {
    matchLabels = Collections.unmodifiableMap(new TreeMap<>(matchLabels));
    matchExpressions = List.copyOf(matchExpressions);
    matchLabels.forEach((key, value) -> {
      checkKey(key);
      checkValue(value);
    });
  }

  /** How a label is compared. */
  public enum Operator {
    /** The label is there, with one of the values. */
    IN("In"),
    /** The label is absent, or has none of the values. */
    NOT_IN("NotIn"),
    /** The label is there. */
    EXISTS("Exists"),
    /** The label is absent. */
    DOES_NOT_EXIST("DoesNotExist");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /**
     * The operator written as {@code word}, with case: the API server knows no other spelling.
     *
     * @throws BadValue if there is none
     */
    public static Operator parse(String word) {
      for (Operator operator : values()) {
        if (operator.word.equals(word)) {
          return operator;
        }
      }
      throw new BadValue(
          PlainText.quote(word) + " is not an operator of label selectors",
          "write In, NotIn, Exists or DoesNotExist, with these capitals");
    }

    private boolean takesValues() {
      return this == IN || this == NOT_IN;
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
    /**
     * A condition of the three parts.
     *
     * @throws BadValue if the key or a value cannot be that of a label, or if the operator does not
     *     go with as many values
     */
    public Requirement {
      Objects.requireNonNull(operator);
      values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
      checkKey(key);
      values.forEach(LabelSelector::checkValue);
      if (operator.takesValues() && values.isEmpty()) {
        throw new BadValue(
            "operator " + operator + " of label " + PlainText.quote(key) + " has no values",
            "write at least one value, or the operator Exists or DoesNotExist");
      }
      if (!operator.takesValues() && !values.isEmpty()) {
        throw new BadValue(
            "operator " + operator + " of label " + PlainText.quote(key) + " takes no values",
            "leave out the values, or write the operator In or NotIn");
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

  private static void checkKey(String key) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    boolean prefixed = slash >= 0;
    if (!isName(name) || (prefixed && !isPrefix(key.substring(0, slash)))) {
      throw new BadValue(
          PlainText.quote(key) + " cannot be the key of a label",
          "write at most 63 letters, digits, and - _ . between them, after a domain and a slash if"
              + " there is one");
    }
  }

  private static void checkValue(String value) {
    if (!value.isEmpty() && !isName(value)) {
      throw new BadValue(
          PlainText.quote(value) + " cannot be the value of a label",
          "write at most 63 letters, digits, and - _ . between them, or nothing");
    }
  }

  private static boolean isName(String text) {
    return text.length() <= LONGEST_NAME && NAME.matcher(text).matches();
  }

  private static boolean isPrefix(String text) {
    return text.length() <= LONGEST_PREFIX && PREFIX.matcher(text).matches();
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
