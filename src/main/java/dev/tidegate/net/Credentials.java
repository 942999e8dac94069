package dev.tidegate.net;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.model.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/**
 * Who the gate is to one host. Always from a file, read for every use: mounted Secrets change
 * without a restart.
 */
public sealed interface Credentials {
  /** Longest file with credentials. */
  int LONGEST = 1 << 20;

  /** A name, and a file with the password. */
  record Basic(String username, Path passwordFile) implements Credentials {}

  /** The entry for a registry in a file of Docker's ({@code auths}). */
  record DockerConfig(String registry, Path file) implements Credentials {}

  /** What a Docker credential helper printed. */
  record HelperOutput(Path file) implements Credentials {}

  /**
   * What is sent.
   *
   * @param username of Basic authentication; empty if {@code password} is an identity token
   * @param password secret
   */
  record Secret(String username, String password) {
    /** Whether the password is a refresh token of OAuth 2. */
    boolean identityToken() {
      return username.isEmpty();
    }

    @Override
    public String toString() {
      return "Secret of " + username; // never the password
    }
  }

  /** Which one it is, without what is secret about it. */
  default String identity() {
    return switch (this) {
      case Basic basic -> "user " + basic.username();
      case DockerConfig config -> config.file().toString();
      case HelperOutput output -> output.file().toString();
    };
  }

  /**
   * Reads what is sent.
   *
   * @param what what it is for, as in {@link Request#what}
   * @throws Trouble if the file cannot be read or has none
   */
  default Secret read(String what) throws Trouble {
    return switch (this) {
      case Basic(String username, Path file) -> new Secret(username, text(file, what).strip());
      case DockerConfig(String registry, Path file) -> dockerConfig(registry, file, what);
      case HelperOutput(Path file) -> {
        JsonNode output = json(file, what);
        yield secret(
            output.path("Username").asText(""), output.path("Secret").asText(""), file, what);
      }
    };
  }

  private static Secret dockerConfig(String registry, Path file, String what) throws Trouble {
    for (Map.Entry<String, JsonNode> entry : json(file, what).path("auths").properties()) {
      if (isOf(entry.getKey(), registry)) {
        JsonNode auth = entry.getValue();
        if (auth.path("identitytoken").isTextual()) {
          return new Secret("", auth.path("identitytoken").asText());
        }
        if (!auth.path("auth").asText("").isEmpty()) {
          return decoded(auth.path("auth").asText(), file, what);
        }
        return secret(
            auth.path("username").asText(""), auth.path("password").asText(""), file, what);
      }
    }
    throw unusable(file, what, "has no entry for " + registry + " under auths");
  }

  /** Docker writes the key as a host, or as a URL. */
  private static boolean isOf(String key, String registry) {
    String host = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return host.equals(registry)
        || (registry.equals("docker.io")
            && (host.equals("index.docker.io") || host.equals("registry-1.docker.io")));
  }

  private static Secret decoded(String auth, Path file, String what) throws Trouble {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      throw unusable(file, what, "has an auth that is not base64");
    }
    int colon = pair.indexOf(':');
    return colon < 0
        ? secret("", "", file, what)
        : secret(pair.substring(0, colon), pair.substring(colon + 1), file, what);
  }

  private static Secret secret(String username, String password, Path file, String what)
      throws Trouble {
    if (username.isEmpty() || password.isEmpty()) {
      throw unusable(file, what, "has no user name with a password");
    }
    // How helpers and config.json mark a refresh token.
    return new Secret(username.equals("<token>") ? "" : username, password);
  }

  private static JsonNode json(Path file, String what) throws Trouble {
    try {
      return StrictJson.object(text(file, what).getBytes(StandardCharsets.UTF_8));
    } catch (StrictJson.Broken broken) {
      // What is wrong with it would tell parts of it.
      throw unusable(file, what, "is not JSON");
    }
  }

  private static String text(Path file, String what) throws Trouble {
    try {
      if (Files.size(file) > LONGEST) {
        throw unusable(file, what, "is longer than 1 MiB");
      }
      String text = Files.readString(file);
      if (!text.isBlank()) {
        return text;
      }
    } catch (NoSuchFileException absent) {
      throw unusable(file, what, "does not exist");
    } catch (IOException unreadable) {
      throw unusable(file, what, "cannot be read");
    }
    throw unusable(file, what, "is empty");
  }

  private static Trouble unusable(Path file, String what, String why) {
    return Trouble.of(
            Cause.UNAUTHENTICATED, what, "the file with the credentials, " + file + ", " + why)
        .about("credentials");
  }
}
