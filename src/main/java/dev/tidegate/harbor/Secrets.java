package dev.tidegate.harbor;

import dev.tidegate.model.BadValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * What callbacks carry as their {@code Authorization}, word for word. Several at once, so that one
 * can be exchanged for another without losing callbacks in between.
 */
public final class Secrets {
  /** Fewest characters of one. */
  public static final int SHORTEST = 16;

  private static final int LONGEST = 1_000;
  private static final int MOST = 16;

  private final List<byte[]> hashes;

  private Secrets(List<byte[]> hashes) {
    this.hashes = hashes;
  }

  /**
   * The secrets in {@code text}: one per line, blank lines aside.
   *
   * @throws BadValue if there is none, one is too short to be guessed by nobody, or there are too
   *     many; the sentence never has a secret in it
   */
  public static Secrets parse(String text) {
    List<byte[]> hashes = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String secret = line.strip();
      if (secret.isEmpty()) {
        continue;
      }
      if (secret.length() < SHORTEST || secret.length() > LONGEST) {
        throw new BadValue(
            "the secret on line " + number + " has " + secret.length() + " characters",
            "write " + SHORTEST + " to " + LONGEST + ", for instance: openssl rand -hex 32");
      }
      if (hashes.size() == MOST) {
        throw new BadValue(
            "there are more than " + MOST + " secrets", "remove those that are not used any more");
      }
      hashes.add(hash(secret));
    }
    if (hashes.isEmpty()) {
      throw new BadValue(
          "there is no secret", "write one per line, for instance: openssl rand -hex 32");
    }
    return new Secrets(hashes);
  }

  /**
   * Whether {@code given} is one of them. Takes the same time whatever is given, its length aside.
   */
  public boolean contain(String given) {
    byte[] hash = hash(given.length() > LONGEST ? given.substring(0, LONGEST + 1) : given);
    boolean found = false;
    for (byte[] one : hashes) {
      found |= MessageDigest.isEqual(one, hash);
    }
    return found;
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
