package dev.tidegate.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/**
 * What is known about one image, for people and for programs.
 *
 * @param image as it was asked for
 * @param digest what it names
 * @param mediaType of its manifest
 * @param platforms what it runs on, each with the user that it starts as
 * @param signatures every document beside it, and beside each of its parts
 * @param unknown what could not be known
 * @param policies what the policies say
 * @param calls the calls that were made, in the order of their answers
 * @param remembered how much the gate remembers after them
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ImageReport(
    String image,
    Optional<String> digest,
    Optional<String> mediaType,
    List<Runs> platforms,
    List<Beside> signatures,
    List<String> unknown,
    List<Says> policies,
    List<String> calls,
    List<String> remembered)
    implements Report {
  ImageReport {
    platforms = List.copyOf(platforms);
    signatures = List.copyOf(signatures);
    unknown = List.copyOf(unknown);
    policies = List.copyOf(policies);
    calls = List.copyOf(calls);
  }

  /** One image of it. */
  record Runs(String platform, String digest, String user) {}

  /**
   * One document, and what it is to each signer.
   *
   * @param part the digest of the part that it is beside; empty when it is beside the image itself
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Beside(String place, String kind, Optional<String> part, List<Counts> signers) {
    Beside {
      signers = List.copyOf(signers);
    }
  }

  /** Whether a document counts for a signer, and why. */
  record Counts(String signer, boolean counts, String why) {}

  /** What one check of one policy says. */
  record Says(String policy, String check, String result, List<String> because) {}

  @Override
  public ImageReport document() {
    return this;
  }

  @Override
  public void print(PrintWriter out) {
    out.println(image);
    out.println("  digest      " + digest.orElse("not known"));
    mediaType.ifPresent(type -> out.println("  media type  " + type));
    for (Runs one : platforms) {
      out.println(
          "  platform    "
              + one.platform()
              + ", user "
              + (one.user().isEmpty() ? "not set (root)" : one.user())
              + (platforms.size() > 1 ? ", " + one.digest() : ""));
    }
    if (digest.isPresent()) {
      out.println("  signatures  " + (signatures.isEmpty() ? "none" : ""));
    }
    for (Beside one : signatures) {
      out.println(
          "    "
              + one.place()
              + ": "
              + one.kind()
              + one.part().map(digest -> ", beside the part " + digest).orElse(""));
      for (Counts counts : one.signers()) {
        out.println(
            "      "
                + (counts.counts() ? "counts for " : "does not count for ")
                + counts.signer()
                + ": "
                + counts.why());
      }
    }
    section(out, "not known", unknown);
    for (Says one : policies) {
      out.println("  policy " + one.policy() + ", " + one.check() + ": " + one.result());
      one.because().forEach(line -> out.println("    " + line));
    }
    section(out, "calls", calls);
    section(out, "remembered", remembered);
  }

  private static void section(PrintWriter out, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      out.println("  " + title);
      lines.forEach(line -> out.println("    " + line));
    }
  }
}
