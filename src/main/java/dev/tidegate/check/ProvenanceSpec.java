package dev.tidegate.check;

import com.google.re2j.Pattern;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.model.PlainText;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What provenance must say. One statement must say all of it.
 *
 * @param builderId who built it, exactly
 * @param builderIdRegExp or by expression
 * @param sourceUri the source's repository, exactly
 * @param sourceUriRegExp or by expression
 * @param ref branch or tag of the source, exactly
 * @param refRegExp or by expression
 */
public record ProvenanceSpec(
    @Field(
            "The builder's id, exactly, for instance"
                + " https://github.com/actions/runner/github-hosted.")
        Optional<String> builderId,
    @Field("The builder's id as an RE2 expression over its whole text, instead of builderId.")
        Optional<Pattern> builderIdRegExp,
    @Field(
            "The repository that the source came from, exactly, without git+, .git and ref:"
                + " https://github.com/acme/shop. What the statement says is compared in that form.")
        Optional<String> sourceUri,
    @Field("The repository as an RE2 expression over its whole text, instead of sourceUri.")
        Optional<Pattern> sourceUriRegExp,
    @Field(
            "The branch or tag of the source, exactly: refs/heads/main. GitLab's provenance does not"
                + " say it; demand it of the signer's identity there.")
        Optional<String> ref,
    @Field("Branch or tag as an RE2 expression over its whole text, instead of ref.")
        Optional<Pattern> refRegExp) {
  public ProvenanceSpec {
    one("builderId", builderId, builderIdRegExp);
    one("sourceUri", sourceUri, sourceUriRegExp);
    one("ref", ref, refRegExp);
    if (builderId.isEmpty()
        && builderIdRegExp.isEmpty()
        && sourceUri.isEmpty()
        && sourceUriRegExp.isEmpty()
        && ref.isEmpty()
        && refRegExp.isEmpty()) {
      throw new InvalidField(
          "builderId",
          "is missing, and so is every other condition",
          "write what provenance must say, or remove the field");
    }
    if (sourceUri.filter(text -> !text.equals(plain(text))).isPresent()) {
      throw new InvalidField(
          "sourceUri",
          PlainText.quote(sourceUri.get()) + " is not the plain form, so nothing would match it",
          "write " + plain(sourceUri.get()) + " and use ref for branch or tag");
    }
    if (ref.filter(text -> !text.startsWith("refs/")).isPresent()) {
      throw new InvalidField(
          "ref",
          PlainText.quote(ref.get()) + " does not say whether it is a branch or a tag",
          "write refs/heads/" + ref.get() + " or refs/tags/" + ref.get());
    }
  }

  private static String plain(String uri) {
    String rest = uri.startsWith("git+") ? uri.substring(4) : uri;
    rest = rest.split("#", 2)[0];
    int path = rest.indexOf('/', rest.indexOf("://") + 3);
    int at = rest.lastIndexOf('@');
    if (path >= 0 && at > path) {
      rest = rest.substring(0, at);
    }
    while (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return rest.endsWith(".git") ? rest.substring(0, rest.length() - 4) : rest;
  }

  private static void one(String field, Optional<String> exact, Optional<Pattern> expression) {
    if (exact.isPresent() && expression.isPresent()) {
      throw new InvalidField(
          field + "RegExp", "is there beside " + field, "give either " + field + " or this");
    }
    if (expression.filter(pattern -> pattern.matches("")).isPresent()) {
      throw new InvalidField(
          field + "RegExp",
          "matches even the empty text, so probably anything",
          "write an expression that names what you mean");
    }
  }

  /** Why {@code said} is not enough, as the words after "but "; empty when it is. */
  Optional<String> against(Predicate.Provenance said) {
    return against("builder", said.builder(), builderId, builderIdRegExp)
        .or(() -> against("source", said.source(), sourceUri, sourceUriRegExp))
        .or(() -> against("ref", said.ref(), ref, refRegExp));
  }

  private static Optional<String> against(
      String what, Optional<String> said, Optional<String> exact, Optional<Pattern> expression) {
    if (exact.isEmpty() && expression.isEmpty()) {
      return Optional.empty();
    }
    if (said.isEmpty()) {
      return Optional.of("it does not say its " + what + " for certain");
    }
    boolean right =
        exact.map(said.get()::equals).orElseGet(() -> expression.orElseThrow().matches(said.get()));
    return right
        ? Optional.empty()
        : Optional.of(
            "its "
                + what
                + " is "
                + PlainText.of(said.get(), 200)
                + " where "
                + exact.orElseGet(() -> expression.orElseThrow().pattern())
                + " is demanded");
  }

  /** For texts: {@code builder X, source Y, ref Z}. */
  String words() {
    return String.join(
        ", ",
        Stream.of(
                words("builder", builderId, builderIdRegExp),
                words("source", sourceUri, sourceUriRegExp),
                words("ref", ref, refRegExp))
            .flatMap(Optional::stream)
            .toList());
  }

  private static Optional<String> words(
      String what, Optional<String> exact, Optional<Pattern> expression) {
    return exact
        .or(() -> expression.map(Pattern::pattern))
        .map(text -> what + " " + PlainText.of(text, 150));
  }
}
