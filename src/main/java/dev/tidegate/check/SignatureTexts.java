package dev.tidegate.check;

import dev.tidegate.model.PinnedImage;
import java.util.List;
import java.util.Map;

/** What is said of images that are not signed as a rule demands. */
final class SignatureTexts {
  private static final int TOLD = 3;

  private SignatureTexts() {}

  static String problem(PinnedImage image, ImageSignature.Rule rule, SignatureSearch.TooFew few) {
    List<String> names = rule.signers().stream().map(SignerSpec::name).toList();
    StringBuilder text = new StringBuilder();
    text.append(image);
    if (few.proven().isEmpty()) {
      text.append(" has no signature ").append(wanted(rule, names));
    } else {
      text.append(" is signed by ")
          .append(Words.and(List.copyOf(few.proven().keySet())))
          .append(" only, and ")
          .append(
              rule.require()
                  .map(Quorum::toString)
                  .orElseGet(() -> rule.atLeast() + " of " + Words.some(names, TOLD)))
          .append(" are needed");
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

  private static String wanted(ImageSignature.Rule rule, List<String> names) {
    if (names.size() == 1) {
      return "from " + names.getFirst();
    }
    return rule.require().isPresent()
        ? "from those needed: " + rule.require().get()
        : "from any of " + Words.some(names, TOLD);
  }

  static String fix(PinnedImage image, ImageSignature.Rule rule) {
    boolean withKey = rule.signers().stream().anyMatch(signer -> signer.key().isPresent());
    return "sign it (cosign sign"
        + (withKey ? " --key KEY" : "")
        + String.join(
            "",
            rule.annotations().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> " -a " + entry.getKey() + "=" + entry.getValue())
                .toList())
        + " "
        + image
        + "), then apply again";
  }
}
