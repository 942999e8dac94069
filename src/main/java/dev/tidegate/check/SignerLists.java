package dev.tidegate.check;

import dev.tidegate.document.InvalidField;
import dev.tidegate.model.PlainText;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
   * Demands that a rule has not too many signers, each with its own name, and not too many images
   * either.
   */
  static void rule(List<?> images, List<SignerSpec> signers) {
    bounded("images", images.size(), MOST_IMAGES);
    bounded("signers", signers.size(), MOST_SIGNERS);
    names(signers);
  }

  /** Who of {@code signers} together are enough. */
  static Quorum together(Optional<Quorum> require, int atLeast, List<SignerSpec> signers) {
    return require.orElseGet(
        () -> Quorum.of(atLeast, signers.stream().map(SignerSpec::name).toList()));
  }

  /**
   * Demands that {@code require}, or else {@code atLeast}, can be there, and asks for each once.
   */
  static void quorum(Optional<Quorum> require, int atLeast, List<SignerSpec> signers) {
    require.ifPresent(quorum -> required(quorum, atLeast, names(signers)));
    int distinct = distinct(signers, atLeast);
    if (require.isPresent() && distinct < signers.size()) {
      throw new InvalidField(
          "signers",
          "has one signer under two names, and require could count it twice",
          "give each key and identity one name");
    }
  }

  private static void required(Quorum quorum, int atLeast, Set<String> names) {
    if (atLeast != 1) {
      throw new InvalidField(
          "atLeast", "is there beside require", "write of: […] with atLeast inside require");
    }
    if (quorum.depth() > Quorum.DEEPEST || quorum.size() > Quorum.MOST_PARTS) {
      throw new InvalidField(
          "require",
          "is nested too deep or too long",
          "use at most "
              + Quorum.DEEPEST
              + " levels and "
              + Quorum.MOST_PARTS
              + " names and groups, or several rules for the same images");
    }
    for (String name : quorum.names()) {
      if (!names.contains(name)) {
        throw new InvalidField(
            "require",
            "names " + PlainText.quote(name) + ", which is none of signers",
            dev.tidegate.document.Words.choose(name, names));
      }
    }
    for (String name : names) {
      if (!quorum.names().contains(name)) {
        throw new InvalidField(
            "require",
            "never asks for " + name + ", so its signature would count for nothing",
            "name it in require, or remove it from signers");
      }
    }
  }

  /** How many distinct signers there are; demands that {@code atLeast} of them can be there. */
  private static int distinct(List<SignerSpec> signers, int atLeast) {
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
