package dev.tidegate.app;

import dev.tidegate.store.Seals;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A callback on its way from the replica that received it to another: the body as it came, and
 * headers that say for whom, whence and when, sealed by HMAC-SHA-256 over all of it.
 *
 * @param to address of the replica that it is for; no other takes it
 * @param what what it is
 * @param host of the Harbor that sent it; empty for {@link What#MISSED}
 * @param at when it was sealed
 * @param nonce never the same twice
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Forward(String to, What what, String host, Instant at, String nonce, byte[] body) {
  /** Where replicas take it in. */
  static final String PATH = "/harbor/forwarded";

  private static final String PURPOSE = "tidegate forward 1";
  private static final String TO = "tidegate-to";
  private static final String WHAT = "tidegate-what";
  private static final String HOST = "tidegate-host";
  private static final String AT = "tidegate-at";
  private static final String NONCE = "tidegate-nonce";
  private static final String SEAL = "tidegate-seal";
  private static final int NONCE_BYTES = 16;
  private static final int LONGEST = 512;

  /** What is said. */
  enum What {
    /** A Harbor has sent this. */
    CALLBACK,
    /** Something could not be passed on: look at everything. */
    MISSED
  }

  Forward {
    Objects.requireNonNull(to);
    Objects.requireNonNull(what);
    Objects.requireNonNull(host);
    Objects.requireNonNull(at);
    Objects.requireNonNull(nonce);
    Objects.requireNonNull(body);
  }

  /** A new one. */
  static Forward of(
      String to, What what, String host, byte[] body, Instant at, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return new Forward(to, what, host, at, HexFormat.of().formatHex(nonce), body);
  }

  /** Its headers, with the seal. */
  Map<String, String> headers(Seals seals) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(TO, to);
    headers.put(WHAT, what.name());
    headers.put(HOST, host);
    headers.put(AT, Long.toString(at.toEpochMilli()));
    headers.put(NONCE, nonce);
    headers.put(SEAL, HexFormat.of().formatHex(seals.seal(content())));
    return headers;
  }

  /**
   * What came, if its seal is genuine. Nothing of it has been believed before.
   *
   * @param headers by name in lower case
   */
  static Optional<Forward> genuine(Seals seals, Map<String, String> headers, byte[] body) {
    try {
      byte[] seal = HexFormat.of().parseHex(text(headers, SEAL));
      Forward forward =
          new Forward(
              text(headers, TO),
              What.valueOf(text(headers, WHAT)),
              text(headers, HOST),
              Instant.ofEpochMilli(Long.parseLong(text(headers, AT))),
              text(headers, NONCE),
              body);
      return seals.isGenuine(forward.content(), seal) ? Optional.of(forward) : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty(); // no replica writes such a thing
    }
  }

  private static String text(Map<String, String> headers, String name) {
    String text = headers.getOrDefault(name, "");
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(name + " is too long");
    }
    return text;
  }

  /** All that is sealed; lengths keep one part from running into the next. */
  private byte[] content() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      part(out, PURPOSE.getBytes(StandardCharsets.UTF_8));
      part(out, to.getBytes(StandardCharsets.UTF_8));
      part(out, what.name().getBytes(StandardCharsets.UTF_8));
      part(out, host.getBytes(StandardCharsets.UTF_8));
      out.writeLong(at.toEpochMilli());
      part(out, nonce.getBytes(StandardCharsets.UTF_8));
      part(out, body);
    } catch (IOException never) {
      throw new UncheckedIOException("writing to memory failed", never);
    }
    return bytes.toByteArray();
  }

  private static void part(DataOutputStream out, byte[] part) throws IOException {
    out.writeInt(part.length);
    out.write(part);
  }
}
