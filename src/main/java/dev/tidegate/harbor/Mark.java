package dev.tidegate.harbor;

import dev.tidegate.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * What a list said of one artifact, shortened: two that differ mean that something has changed.
 *
 * @param scan of its scan
 * @param beside of what refers to it
 * @param tags of its tags
 */
record Mark(long scan, long beside, long tags) {

  /**
   * The mark of {@code artifact}.
   *
   * @param beside tags of the older kind that name it, with what they point at
   */
  static Mark of(Artifact artifact, Collection<String> beside) {
    List<String> accessories =
        artifact.accessories().stream().map(one -> one.digest().toString()).sorted().toList();
    return new Mark(
        shortened(
            artifact.scan().map(Object::toString).orElse("")
                + "|"
                + artifact.sbom().orElse("")
                + "|"
                + artifact.scannable()),
        shortened(accessories + "|" + beside.stream().sorted().toList()),
        shortened(artifact.tags().stream().sorted().toList().toString()));
  }

  /** The beginning of a SHA-256: whoever pushes images must not choose which are equal. */
  private static long shortened(String text) {
    String hex = Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)).sha256().hex();
    return Long.parseUnsignedLong(hex.substring(0, 16), 16);
  }
}
