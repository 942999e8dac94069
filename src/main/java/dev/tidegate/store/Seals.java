package dev.tidegate.store;

import dev.tidegate.model.BadValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals records (HMAC-SHA-256), so that only who has the key can write what the gate believes. The
 * first key seals, all of them are accepted: a new key is put in front, and the old one removed a
 * day later.
 */
public final class Seals {
  /** Bytes of a seal. */
  public static final int LENGTH = 32;

  private static final int SHORTEST_KEY = 32;
  private static final int MOST_KEYS = 10;
  private static final int LONGEST_FILE = 64 * 1024;

  private final List<SecretKeySpec> keys;

  private Seals(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Seals by the keys in {@code text}, one per line; each at least 32 characters.
   *
   * @throws BadValue if there is none, one is too short, or there are more than ten
   */
  public static Seals parse(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty() || lines.size() > MOST_KEYS) {
      throw new BadValue(
          "there are " + lines.size() + " keys",
          "write one to " + MOST_KEYS + " keys, each on a line of its own");
    }
    for (String line : lines) {
      if (line.length() < SHORTEST_KEY) {
        throw new BadValue(
            "a key has only " + line.length() + " characters",
            "write at least " + SHORTEST_KEY + ", for instance by openssl rand -hex 32");
      }
    }
    return new Seals(
        lines.stream()
            .map(line -> new SecretKeySpec(line.getBytes(StandardCharsets.UTF_8), "HmacSHA256"))
            .toList());
  }

  /**
   * Seals by the keys in {@code file}, of at most 64 KiB.
   *
   * @throws BadValue if it cannot be read, or as {@link #parse} says
   */
  public static Seals read(Path file) {
    try {
      if (Files.size(file) <= LONGEST_FILE) {
        return parse(Files.readString(file));
      }
    } catch (IOException unreadable) {
      throw new BadValue(file + " cannot be read", "check that it exists and is text");
    }
    throw new BadValue(file + " is longer than 64 KiB", "write one key per line");
  }

  /** The seal of {@code content}. */
  public byte[] seal(byte[] content) {
    return mac(keys.getFirst(), content);
  }

  /** Whether {@code seal} is one of {@code content}. Takes the same time for every wrong one. */
  public boolean isGenuine(byte[] content, byte[] seal) {
    boolean genuine = false;
    for (SecretKeySpec key : keys) {
      genuine |= MessageDigest.isEqual(mac(key, content), seal);
    }
    return genuine;
  }

  private static byte[] mac(SecretKeySpec key, byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has HmacSHA256", missing);
    }
  }
}
