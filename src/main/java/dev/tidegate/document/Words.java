package dev.tidegate.document;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The words of documents. */
public final class Words {
  /** Words longer than this are nobody's typing error. */
  private static final int LONGEST_GUESS = 64;

  private Words() {}

  /**
   * The word for an enum's constant: what its {@code toString} says, or else its name in lower
   * camel case.
   */
  public static String of(Enum<?> constant) {
    String own = constant.toString();
    if (!own.equals(constant.name())) {
      return own;
    }
    StringBuilder word = new StringBuilder();
    for (String part : constant.name().split("_", -1)) {
      String lower = part.toLowerCase(Locale.ROOT);
      word.append(
          word.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return word.toString();
  }

  /** The words of all constants of {@code type}, in their order. */
  public static List<String> of(Class<?> type) {
    return Stream.of(type.getEnumConstants()).map(constant -> of((Enum<?>) constant)).toList();
  }

  /** The one of {@code words} that was probably meant by {@code written}. */
  public static Optional<String> meant(String written, Collection<String> words) {
    if (written.length() > LONGEST_GUESS) {
      return Optional.empty();
    }
    int most = written.length() < 4 ? 1 : 2;
    String best = null;
    int least = most + 1;
    for (String word : words) {
      if (word.equalsIgnoreCase(written)) {
        return Optional.of(word);
      }
      int distance = distance(written, word);
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code "write one of a, b, c"}, or with a guess {@code "did you mean b? One of a, b, c"}. */
  public static String choose(String written, Collection<String> words) {
    String all = String.join(", ", words);
    return meant(written, words)
        .map(word -> "did you mean " + word + "? Allowed: " + all)
        .orElse(words.size() == 1 ? "write " + all : "write one of " + all);
  }

  /** Levenshtein's distance. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
      }
      before = row;
    }
    return before[other.length()];
  }
}
