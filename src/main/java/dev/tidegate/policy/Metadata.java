package dev.tidegate.policy;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import java.util.Map;
import java.util.regex.Pattern;

/** The {@code metadata} of a policy document. */
record Metadata(
    @Field(
            "Name of the document, unique among documents of its kind: lower-case letters, digits,"
                + " - and . (a DNS-1123 subdomain). Shown in every text that rests on it.")
        String name,
    @Field("Labels for your own use; they decide nothing.") Map<String, String> labels,
    @Field("Annotations for your own use; they decide nothing.") Map<String, String> annotations) {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9](?:[-a-z0-9]*+(?<!-))?(?:\\.[a-z0-9](?:[-a-z0-9]*+(?<!-))?)*+");

  Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    if (name.length() > 253 || !NAME.matcher(name).matches()) {
      throw new InvalidField(
          "name",
          "\"" + name + "\" is not a valid name",
          "use at most 253 lower-case letters, digits, - and ., beginning and ending with a letter"
              + " or digit");
    }
  }
}
