package dev.tidegate.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is said of images that are not signed as a rule demands. */
final class SignatureTexts {
  private static final int TOLD = 3;

  private SignatureTexts() {}

  static String problem(
      PartsJudging.Judged judged, ImageSignature.Rule rule, SignatureSearch.TooFew few) {
    List<String> names = rule.signers().stream().map(SignerSpec::name).toList();
    StringBuilder text = new StringBuilder();
    text.append(judged.words());
    if (few.proven().isEmpty()) {
      text.append(" has no signature ").append(from(rule.require(), names, TOLD));
    } else {
      text.append(" is signed by ")
          .append(Words.and(List.copyOf(few.proven().keySet())))
          .append(" only, and ")
          .append(needed(rule.require(), rule.atLeast(), names, TOLD));
    }
    if (!rule.annotations().isEmpty()) {
      text.append(" with the demanded annotations");
    }
    if (few.rejected().isEmpty()) {
      text.append(few.proven().isEmpty() ? "; there is no signature at all" : "");
    } else {
      text.append("; found: ");
      text.append(
          Words.some(
              few.rejected().stream()
                  .map(one -> one.place() + ": " + one.why())
                  .distinct()
                  .toList(),
              TOLD));
    }
    return text.toString();
  }

  /** From whom something is missing where there is nothing. */
  static String from(Optional<Quorum> require, List<String> names, int told) {
    if (names.size() == 1) {
      return "from " + names.getFirst();
    }
    return require
        .map(quorum -> "from those needed: " + quorum)
        .orElseGet(() -> "from any of " + Words.some(names, told));
  }

  /** Who is needed where some are there. */
  static String needed(Optional<Quorum> require, int atLeast, List<String> names, int told) {
    return require.map(Quorum::toString).orElseGet(() -> atLeast + " of " + Words.some(names, told))
        + " are needed";
  }

  /** How to sign; of a part the whole, since a pipeline knows the index and not its parts. */
  static String fix(PartsJudging.Judged judged, ImageSignature.Rule rule) {
    boolean withKey = rule.signers().stream().anyMatch(signer -> signer.key().isPresent());
    return "sign it (cosign sign"
        + (judged.isPart() ? " --recursive" : "")
        + (withKey ? " --key KEY" : "")
        + String.join(
            "",
            rule.annotations().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> " -a " + entry.getKey() + "=" + entry.getValue())
                .toList())
        + " "
        + judged.in()
        + (judged.isPart() ? ", which signs the index and everything in it" : "")
        + "), then apply again";
  }
}
