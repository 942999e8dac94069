package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  static List<List<String>> table() {
    return Table.read("image-references.tsv");
  }

  @ParameterizedTest
  @MethodSource("table")
  void T13_everyReferenceIsReadAsContainerdReadsIt(List<String> row) {
    String text = row.getFirst();
    Optional<ImageReference> read = ImageReference.tryParse(text);
    if (row.size() == 2) {
      assertThat(row.get(1)).isIn("error", "stricter");
      assertThat(read).isEmpty();
      return;
    }
    assertThat(read).isPresent();
    ImageReference image = read.get();
    assertThat(image.repository()).isEqualTo(new Repository(row.get(1), row.get(2)));
    assertThat(image.tagImplied() ? "-" : image.tag().orElse("-")).isEqualTo(row.get(3));
    assertThat(image.digest().map(Digest::toString).orElse("-")).isEqualTo(row.get(4));
    assertThat(pulled(image)).isEqualTo(row.get(5));
    assertThat(image.written()).isEqualTo(text);
  }

  /** What the runtime asks the registry for: the digest, and only without one the tag. */
  private static String pulled(ImageReference image) {
    return image
        .digest()
        .map(digest -> new PinnedImage(image.repository(), digest).toString())
        .orElseGet(() -> image.repository() + ":" + image.tag().orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("table")
  void readingTheNormalisedNameChangesNothing(List<String> row) {
    ImageReference.tryParse(row.getFirst())
        .ifPresent(image -> {
          ImageReference again = ImageReference.parse(image.toString());
          assertThat(again).isEqualTo(image).hasSameHashCodeAs(image);
          assertThat(again).hasToString(image.toString());
          assertThat(again.tagImplied()).isFalse();
        });
  }

  @ParameterizedTest
  @MethodSource("table")
  void whatIsRefusedIsExplainedInPlainWords(List<String> row) {
    if (row.size() > 2) {
      return;
    }
    BadReference bad =
        catchThrowableOfType(BadReference.class, () -> ImageReference.parse(row.getFirst()));
    assertThat(bad.problem()).isNotBlank().hasSizeLessThan(501);
    assertThat(bad.fix()).isNotBlank();
    String message = bad.problem() + "; " + bad.fix();
    assertThat(bad).hasMessage(message);
    assertThat(PlainText.of(message, 1100)).isEqualTo(message);
  }

  @Test
  void theTableIsLargeAndHasBothKinds() {
    assertThat(table()).hasSizeGreaterThan(400);
    assertThat(table()).filteredOn(row -> row.size() == 2).hasSizeGreaterThan(150);
    assertThat(table()).filteredOn(row -> row.size() > 2).hasSizeGreaterThan(150);
  }

  @Test
  void anImpliedTagShows() {
    ImageReference implied = ImageReference.parse("nginx");
    ImageReference written = ImageReference.parse("nginx:latest");
    assertThat(implied).hasToString("docker.io/library/nginx:latest").isEqualTo(written);
    assertThat(implied.tagImplied()).isTrue();
    assertThat(written.tagImplied()).isFalse();
    ImageReference pinned = ImageReference.parse("nginx@sha256:" + HEX);
    assertThat(pinned.tag()).isEmpty();
    assertThat(pinned.tagImplied()).isFalse();
    assertThat(pinned).isNotEqualTo(written);
  }

  @Test
  void aTagBesideADigestIsKept() {
    ImageReference both = ImageReference.parse("nginx:1.27@sha256:" + HEX);
    assertThat(both.tag()).contains("1.27");
    assertThat(both).hasToString("docker.io/library/nginx:1.27@sha256:" + HEX);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aPathMayHave255CharactersAndNoMore(int host) {
    String registry = List.of("", "docker.io/", "harbor.example.com:443/").get(host);
    int spare = host == 2 ? 0 : "library/".length();
    assertThat(ImageReference.tryParse(registry + "a".repeat(255 - spare) + ":x")).isPresent();
    assertThat(ImageReference.tryParse(registry + "a".repeat(256 - spare) + ":x")).isEmpty();
    assertThat(ImageReference.tryParse(registry + "a/".repeat(127) + "a:tag")).isPresent();
    assertThat(ImageReference.tryParse(registry + "a/".repeat(128) + "a:tag")).isEmpty();
  }

  @Test
  void aTagMayHave128CharactersAndNoMore() {
    assertThat(ImageReference.parse("x:" + "t".repeat(128)).tag()).contains("t".repeat(128));
    assertThat(ImageReference.tryParse("x:" + "t".repeat(129))).isEmpty();
  }

  @Test
  void aRegistryMayHave260CharactersAndNoMore() {
    assertThat(ImageReference.tryParse("a.".repeat(129) + "ab/x")).isPresent();
    assertThat(ImageReference.tryParse("a.".repeat(129) + "abc/x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a/", "a.", "a-", "-", ".", ":", "@", "[", "a@", "a:", "/", "\0", "é"})
  void hugeTextsAreRefusedByTheirLength(String part) {
    assertThatThrownBy(() -> ImageReference.parse(part.repeat(2_000_000)))
        .isInstanceOf(BadReference.class)
        .hasMessageContaining("it is longer than 1024 characters")
        .message()
        .hasSizeLessThan(300);
  }

  @Test
  void theSentenceSaysWhatToWrite() {
    assertThatThrownBy(() -> ImageReference.parse("harbor.example.com/Payments/api:1"))
        .hasMessage(
            "\"harbor.example.com/Payments/api:1\" is not an image reference: repository"
                + " \"Payments/api\" has the upper-case letter \"P\" in it; write lower-case"
                + " letters, digits and single separators between slashes");
    assertThatThrownBy(() -> ImageReference.parse("https://harbor.example.com/x"))
        .hasMessageContaining("leave out everything up to the two slashes");
    assertThatThrownBy(() -> ImageReference.parse("nginx:a b"))
        .hasMessageContaining("the tag \"a b\" has \" \" in it");
    assertThatThrownBy(() -> ImageReference.parse("ngi\u200bnx"))
        .hasMessageContaining("has \"\\u200b\" in it");
    assertThatThrownBy(() -> ImageReference.parse(HEX)).hasMessageContaining("image id");
    assertThatThrownBy(() -> ImageReference.parse("docker.io/"))
        .hasMessageContaining("repository \"\" is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.docker.io", "library", "a_b.c", ""})
  void aRepositoryIsAlwaysNormalised(String registry) {
    assertThatThrownBy(() -> new Repository(registry, "library/nginx"))
        .isInstanceOf(BadReference.class);
  }

  @Test
  void aRepositoryOfDockerHubHasTwoSegments() {
    assertThat(new Repository("docker.io", "library/nginx")).hasToString("docker.io/library/nginx");
    assertThatThrownBy(() -> new Repository("docker.io", "nginx"))
        .hasMessageContaining("not the normalised name");
    assertThatThrownBy(() -> new Repository("harbor.example.com", "a//b"))
        .hasMessageContaining("has an empty segment");
  }
}
