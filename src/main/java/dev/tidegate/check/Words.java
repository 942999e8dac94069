package dev.tidegate.check;

import java.util.Collection;
import java.util.List;

/** Lists in sentences, never longer than a reader wants. */
final class Words {
  private Words() {}

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String and(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }

  /** The first {@code most} of {@code words}, and how many more there are. */
  static String some(Collection<String> words, int most) {
    String told = String.join(", ", words.stream().limit(most).toList());
    return words.size() <= most ? told : told + " and " + (words.size() - most) + " more";
  }

  /** {@code 1 policy}, {@code 3 policies}. */
  static String count(int count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }
}
