package dev.tidegate.admission;

import java.util.List;
import java.util.Objects;

/**
 * Changes to the object of a request, as JSON Patch (RFC 6902). Only texts that are there are
 * replaced: nothing is added, removed or moved.
 *
 * @param replacements in the order in which they are applied
 */
public record JsonPatch(List<Replace> replacements) {
  public JsonPatch {
    replacements = List.copyOf(replacements);
    if (replacements.isEmpty()) {
      throw new IllegalArgumentException("a patch changes something");
    }
  }

  /**
   * One text that becomes another.
   *
   * @param pointer JSON Pointer (RFC 6901) from the root of the object
   * @param value the new text
   */
  public record Replace(String pointer, String value) {
    public Replace {
      Objects.requireNonNull(pointer);
      Objects.requireNonNull(value);
    }

    /** The text at {@code field}, a path as findings have it: {@code spec.containers[0].image}. */
    public static Replace at(String field, String value) {
      StringBuilder pointer = new StringBuilder();
      for (String part : field.split("\\.", -1)) {
        int bracket = part.indexOf('[');
        pointer.append('/').append(escaped(bracket < 0 ? part : part.substring(0, bracket)));
        if (bracket >= 0) {
          pointer.append('/').append(part, bracket + 1, part.length() - 1);
        }
      }
      return new Replace(pointer.toString(), value);
    }

    private static String escaped(String name) {
      return name.replace("~", "~0").replace("/", "~1");
    }
  }
}
