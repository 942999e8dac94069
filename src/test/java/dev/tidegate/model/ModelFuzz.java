package dev.tidegate.model;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;
import static dev.tidegate.testkit.FuzzTarget.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidegate.testkit.FuzzTarget;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Fuzzes the names of images. */
public final class ModelFuzz {
  /** {@code ReferenceRegexp} of github.com/distribution/reference, written down once more. */
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "(?<name>(?<domain>(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
              + "(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
              + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?)/"
              + "(?<path>[a-z0-9]++(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
              + "(?:/[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*)*))"
              + "(?::(?<tag>\\w[\\w.-]{0,127}))?"
              + "(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:"
              + "[0-9a-fA-F]{32,}))?");

  private ModelFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of(
            "image-reference",
            Stream.of(
                    "nginx",
                    "index.docker.io/library/nginx:1.27",
                    "harbor.example.com:8443/shop/web_a.b--c:v1.2@sha256:" + "a".repeat(64),
                    "[2001:db8::1]:5000/a/b@sha512:" + "0".repeat(128),
                    "localhost/x__y:latest",
                    "A.b/c:D")
                .map(FuzzTarget::utf8)
                .toList(),
            data -> reference(new String(data, UTF_8))),
        FuzzTarget.of(
            "digest",
            List.of(utf8("sha256:" + "a".repeat(64)), utf8("sha512:" + "0".repeat(128))),
            data -> digest(new String(data, UTF_8))));
  }

  private static void reference(String text) {
    ImageReference reference;
    try {
      reference = ImageReference.parse(text);
    } catch (BadReference none) {
      must(!none.problem().isBlank() && !none.fix().isBlank(), "no reason for " + text);
      same(Optional.empty(), ImageReference.tryParse(text), text);
      return;
    }
    same(text, reference.written(), "as written");
    String whole = reference.toString();
    same(reference, ImageReference.parse(whole), "read again");
    same(whole, ImageReference.parse(whole).toString(), "printed again");
    must(reference.tag().isPresent() || reference.digest().isPresent(), "names all versions");
    Matcher parts = GRAMMAR.matcher(whole);
    must(parts.matches(), whole + " is not in the grammar");
    must(parts.group("name").length() <= 255, whole + " has a name that is too long");
    same(parts.group("name"), reference.repository().toString(), "name");
    same(parts.group("path"), reference.repository().path(), "path");
    same(Optional.ofNullable(parts.group("tag")), reference.tag(), "tag");
    same(
        Optional.ofNullable(parts.group("digest")),
        reference.digest().map(Digest::toString),
        "digest");
    // Whatever was written into the end is there: nothing of it went to another part.
    int at = text.indexOf('@');
    same(at >= 0, reference.digest().isPresent(), "digest is there");
    must(at < 0 || whole.endsWith(text.substring(at)), "another digest");
  }

  private static void digest(String text) {
    try {
      Digest digest = Digest.parse(text);
      same(text, digest.toString(), "printed");
      same(digest, Digest.parse(digest.toString()), "read again");
    } catch (BadValue none) {
      must(!none.problem().isBlank() && !none.fix().isBlank(), "no reason for " + text);
    }
  }
}
