package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  @ParameterizedTest
  @CsvSource({"sha256, 64", "sha384, 96", "sha512, 128"})
  void eachAlgorithmHasItsLength(String algorithm, int length) {
    String right = algorithm + ":" + "a9".repeat(length / 2);
    Digest digest = Digest.parse(right);
    assertThat(digest.algorithm()).isEqualTo(algorithm);
    assertThat(digest.hex()).hasSize(length);
    assertThat(digest).hasToString(right);
    assertThatThrownBy(() -> Digest.parse(right + "0")).hasMessageContaining("has " + length);
    assertThatThrownBy(() -> Digest.parse(right.substring(0, right.length() - 1)))
        .hasMessageContaining("has " + length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "g", "/", ":", "`", " ", "\0", "０", "é"})
  void onlyLowerCaseHexadecimalDigitsCount(String wrong) {
    assertThatThrownBy(() -> Digest.parse("sha256:" + "a".repeat(30) + wrong + "a".repeat(33)))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining(PlainText.quote(wrong) + " in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256", ":", "sha1:", "SHA256:", "sha256 :", "md5:"})
  void otherAlgorithmsAreRefused(String start) {
    assertThatThrownBy(() -> Digest.parse(start + (start.endsWith(":") ? "a".repeat(64) : "")))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void aPinnedImageShowsBoth() {
    PinnedImage pinned =
        new PinnedImage(
            new Repository("docker.io", "library/nginx"), new Digest("sha256", "0".repeat(64)));
    assertThat(pinned).hasToString("docker.io/library/nginx@sha256:" + "0".repeat(64));
  }
}
