package dev.tidegate.model;

import java.util.Objects;
import java.util.Optional;

/**
 * What an image runs on, as the OCI image index has it ("platform").
 *
 * @param os for instance {@code linux}
 * @param architecture for instance {@code amd64}
 * @param variant of the architecture, for instance {@code v8}
 */
public record Platform(String os, String architecture, Optional<String> variant) {
  public Platform {
    os = PlainText.of(os, 64);
    architecture = PlainText.of(architecture, 64);
    variant = variant.map(text -> PlainText.of(text, 64));
    Objects.requireNonNull(variant);
  }

  /**
   * Reads {@code os/architecture} or {@code os/architecture/variant}.
   *
   * @throws BadValue if it is neither
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || text.length() > 128) {
      throw bad(text);
    }
    for (String part : parts) {
      if (!part.matches("[a-z0-9][a-z0-9._-]*")) {
        throw bad(text);
      }
    }
    return new Platform(
        parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
  }

  private static BadValue bad(String text) {
    return new BadValue(
        PlainText.quote(text) + " is not a platform",
        "write os/architecture, for instance linux/amd64, or os/architecture/variant");
  }

  /**
   * Whether this is how an index marks what is no image at all, such as build attestations: both
   * unknown.
   */
  public boolean unknown() {
    return os.equals("unknown") && architecture.equals("unknown");
  }

  /** Whether {@code wanted} asks for this one; a wanted platform without variant takes any. */
  public boolean is(Platform wanted) {
    return os.equals(wanted.os)
        && architecture.equals(wanted.architecture)
        && (wanted.variant.isEmpty() || wanted.variant.equals(variant));
  }

  /** {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
  }
}
