package dev.tidegate.model;

/**
 * The digest that names content, as the OCI image specification has it ("Digests"): {@code sha256:}
 * and 64 lower-case hexadecimal digits, {@code sha384:} and 96, or {@code sha512:} and 128.
 *
 * @param algorithm {@code sha256}, {@code sha384} or {@code sha512}
 * @param hex the value, in lower case and of the algorithm's exact length
 */
public record Digest(String algorithm, String hex) {
  private static final String EXAMPLE = "write sha256: and 64 hexadecimal digits in lower case";

  /**
   * A digest of the two parts.
   *
   * @throws BadValue if the algorithm is not one of the three or the value is not of its form
   */
  public Digest {
    int expected =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha384" -> 96;
          case "sha512" -> 128;
          default ->
              throw new BadValue(
                  "digest algorithm " + PlainText.quote(algorithm) + " is not known", EXAMPLE);
        };
    if (hex.length() != expected) {
      throw new BadValue(
          "a "
              + algorithm
              + " digest has "
              + expected
              + " hexadecimal digits, but "
              + PlainText.quote(hex)
              + " has "
              + hex.length(),
          EXAMPLE);
    }
    for (int i = 0; i < hex.length(); i++) {
      if (!isLowerHex(hex.charAt(i))) {
        throw new BadValue(
            "digest value "
                + PlainText.quote(hex)
                + " has "
                + PlainText.quote(Character.toString(hex.codePointAt(i)))
                + " in it",
            EXAMPLE);
      }
    }
  }

  /**
   * Reads {@code algorithm:value}.
   *
   * @throws BadValue if {@code text} is not a digest
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new BadValue("digest " + PlainText.quote(text) + " has no colon in it", EXAMPLE);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  static boolean isLowerHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** {@code algorithm:value}. */
  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
