package dev.tidegate.model;

import java.util.regex.Pattern;

/**
 * A content digest of the algorithms that the OCI image specification registers.
 *
 * @param algorithm {@code sha256}, {@code sha384} or {@code sha512}
 * @param hex lower-case hexadecimal digits, as many as the algorithm gives
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

  public Digest {
    int digits =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha384" -> 96;
          case "sha512" -> 128;
          default ->
              throw new IllegalArgumentException(
                  "digest algorithm \""
                      + PlainText.of(algorithm, 40)
                      + "\" is not one of sha256, sha384, sha512");
        };
    if (hex.length() != digits || !HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a " + algorithm + " digest has " + digits + " lower-case hexadecimal digits");
    }
  }

  /**
   * Reads {@code sha256:…}.
   *
   * @throws IllegalArgumentException if it is not a digest of a known algorithm
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a digest looks like sha256:<64 hexadecimal digits>");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** {@code sha256:…}. */
  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
