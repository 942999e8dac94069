package dev.tidegate.evidence;

import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a verified statement says about an image, as far as checks can ask: never the document
 * itself, which may be long and of any shape.
 */
public sealed interface Predicate extends Weighed {

  @Override
  default int weight() {
    return 500;
  }

  /**
   * How the image was built (SLSA provenance). What the statement does not say is empty.
   *
   * @param builder who built it: the builder's id, a URI
   * @param source where the source came from: the repository's URI without {@code git+}, {@code
   *     .git} and the ref
   * @param ref of the source: {@code refs/heads/main}
   * @param commit of the source, in hexadecimal digits
   */
  record Provenance(
      Optional<String> builder,
      Optional<String> source,
      Optional<String> ref,
      Optional<String> commit)
      implements Predicate {
    /** Most characters of each part. */
    public static final int LONGEST = 2000;

    public Provenance {
      Objects.requireNonNull(builder);
      Objects.requireNonNull(source);
      Objects.requireNonNull(ref);
      Objects.requireNonNull(commit);
    }
  }

  /**
   * What is in the image (SBOM).
   *
   * @param empty whether the document has nothing in it at all
   * @param packages how many packages or components it lists
   */
  record Contents(boolean empty, int packages) implements Predicate {}

  /**
   * What a scanner found in the image.
   *
   * @param scanner the scanner's URI; empty when not said
   * @param version the scanner's; empty when not said
   * @param finished when the scan ended; empty when not said
   * @param database how new the scanner's data was; empty when not said
   * @param result the scanner's own report in JSON; empty when there is none, which is never the
   *     same as a report in which nothing was found
   */
  record Vulnerabilities(
      String scanner,
      String version,
      Optional<Instant> finished,
      Optional<Instant> database,
      Optional<Bytes> result)
      implements Predicate {
    public Vulnerabilities {
      scanner = PlainText.of(scanner, 200);
      version = PlainText.of(version, 100);
      Objects.requireNonNull(finished);
      Objects.requireNonNull(database);
      Objects.requireNonNull(result);
    }

    @Override
    public int weight() {
      return 500 + result.map(Bytes::size).orElse(0);
    }
  }

  /**
   * Something else.
   *
   * @param empty whether it says nothing
   */
  record Other(boolean empty) implements Predicate {}

  /**
   * The statement is genuine, but what it says is not what its type demands.
   *
   * @param why as the end of "does not count: "
   */
  record Illegible(String why) implements Predicate {
    public Illegible {
      why = PlainText.of(why, 400);
    }
  }
}
