package dev.tidegate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.PlainText;

/**
 * One object of a manifest file.
 *
 * @param file name of the file, or {@code -} for standard input
 * @param line line at which its document starts, counted from 1
 * @param object the object
 */
public record Manifest(String file, int line, JsonNode object) {
  /** Its kind; empty when it has none. */
  public String kind() {
    return object.path("kind").asText("");
  }

  /** Its API group; empty for the core group. */
  public String group() {
    return Kinds.group(object.path("apiVersion").asText(""));
  }

  /** Its name; empty when it has none. */
  public String name() {
    return object.path("metadata").path("name").asText("");
  }

  /** Its namespace, or {@code otherwise} when it names none. */
  public String namespace(String otherwise) {
    String named = object.path("metadata").path("namespace").asText("");
    return named.isEmpty() ? otherwise : named;
  }

  /** {@code web.yaml:12}. */
  public String where() {
    return PlainText.of(file, 200) + ":" + line;
  }
}
