package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Check;
import dev.tidegate.check.Checks;
import dev.tidegate.document.Binder;
import dev.tidegate.document.Scalars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The reference of policy documents is made from the records that they are read into. */
final class PolicyReferenceTest {
  private static final Path FILE =
      Path.of(System.getProperty("tidegate.basedir", "."), "docs/reference/policy.md");
  private static final String COMMAND =
      "./mvnw test -Dtest=PolicyReferenceTest -Dtidegate.write-goldens=true";

  @Test
  void theReferenceIsUpToDate() throws IOException {
    String made = reference();
    if (Boolean.getBoolean("tidegate.write-goldens")) {
      Files.writeString(FILE, made);
    }
    assertThat(Files.readString(FILE))
        .as("docs/reference/policy.md; to make it anew run: %s", COMMAND)
        .isEqualTo(made);
  }

  private static String reference() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Policy documents: reference

        Made from the program by `%s`; do not edit. How to use them: [policy.md](../policy.md).

        Every document begins with `apiVersion: %s`. A policy directory holds files `*.yaml`, `*.yml` and
        `*.json`, at most %d with at most %d documents in all, 1 MiB each. Unknown fields, fields that are there twice and
        YAML tags are errors. A list, set or map has at most %d entries, a text at most %d characters.

        """
            .formatted(
                COMMAND,
                Document.API_VERSION,
                PolicyDirectory.MOST_FILES,
                PolicyLoader.MOST_DOCUMENTS,
                Binder.MOST_ENTRIES,
                Scalars.LONGEST));
    text.append(
        """
        | Written as | Means |
        |---|---|
        | duration | `30s`, `2m`, `36h`, `7d`, or ISO 8601 such as `PT2M`; never negative |
        | day or moment | `2027-01-31` means to the end of that day (UTC); `2027-01-31T18:00:00Z` means that moment, exclusive |
        | day or moment of a beginning | `2027-01-31` means from the first moment of that day (UTC); `2027-01-31T18:00:00Z` means that moment, inclusive |
        | regular expression | RE2 syntax, matched against the whole text |
        | image pattern | `HOST[/PATH][:TAG]`: a path without wildcards also means everything below it; `*` stays inside a segment, `**` crosses segments, neither crosses the host; a pattern with a tag never matches a reference with a digest |
        | quantity | as in pods: `500m`, `2`, `8Gi` |

        """);
    for (String kind : Document.KIND_NAMES) {
      Class<? extends Record> shape = Objects.requireNonNull(Document.KINDS.get(kind));
      text.append("## ").append(kind).append("\n\n");
      table(text, DocumentFields.of(shape), "");
    }
    text.append(
        "## Checks of a GatePolicy\n\nEach block under `spec.checks` has these fields:\n\n");
    table(text, DocumentFields.of(CheckBlocks.Common.class), "");
    for (Check<?> check : Checks.all().all()) {
      String id = check.descriptor().id();
      text.append("### ")
          .append(id)
          .append("\n\n")
          .append(check.descriptor().title())
          .append("\n\n");
      String prefix = "spec.checks." + id + ".";
      table(
          text,
          DocumentFields.parameters(Checks.all()).stream()
              .filter(entry -> entry.path().startsWith(prefix))
              .toList(),
          prefix);
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static void table(StringBuilder text, List<DocumentFields.Entry> entries, String prefix) {
    text.append("| Field | Type | Without it | Meaning |\n|---|---|---|---|\n");
    for (DocumentFields.Entry entry : entries) {
      String otherwise =
          entry.required()
              ? "an error"
              : entry.field().fallback().isEmpty() ? "" : "`" + entry.field().fallback() + "`";
      text.append("| `")
          .append(entry.path().substring(prefix.length()))
          .append("` | ")
          .append(entry.type())
          .append(" | ")
          .append(otherwise)
          .append(" | ")
          .append(entry.field().value().replace("|", "\\|"))
          .append(" |\n");
    }
    text.append('\n');
  }
}
