package dev.tidegate.check;

import dev.tidegate.document.InvalidField;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What holds for every list of rules and signers that a policy writes. */
final class SignerLists {
  private static final int MOST_RULES = 100;
  private static final int MOST_IMAGES = 256;

  /** Most signers of one list. */
  static final int MOST_SIGNERS = 50;

  private SignerLists() {}

  /** Demands that there are not too many rules. */
  static void rules(List<?> rules) {
    bounded("rules", rules.size(), MOST_RULES);
  }

  /**
   * The names of a rule's signers; demands that there are not too many, and not of images either.
   */
  static Set<String> rule(List<?> images, List<SignerSpec> signers) {
    bounded("images", images.size(), MOST_IMAGES);
    bounded("signers", signers.size(), MOST_SIGNERS);
    return names(signers);
  }

  /** How many distinct signers there are; demands that {@code atLeast} of them can be there. */
  static int distinct(List<SignerSpec> signers, int atLeast) {
    int distinct = (int) signers.stream().map(SignerSpec::distinct).distinct().count();
    if (atLeast < 1 || atLeast > distinct) {
      throw new InvalidField(
          "atLeast",
          atLeast
              + " of "
              + Words.count(distinct, "distinct signer", "distinct signers")
              + " can never be right",
          "write a number from 1 to " + distinct);
    }
    return distinct;
  }

  /** The names of {@code signers}; demands that each has its own. */
  static Set<String> names(List<SignerSpec> signers) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < signers.size(); i++) {
      if (!names.add(signers.get(i).name())) {
        throw new InvalidField(
            "signers[" + i + "].name",
            "\"" + signers.get(i).name() + "\" is there twice",
            "give each signer its own name");
      }
    }
    return names;
  }

  private static void bounded(String field, int size, int most) {
    if (size > most) {
      throw new InvalidField(
          field, "has " + size + " entries, more than " + most, "use fewer, with wider patterns");
    }
  }
}
