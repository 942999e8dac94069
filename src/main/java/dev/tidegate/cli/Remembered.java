package dev.tidegate.cli;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.store.VerdictStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows about an image, answer by answer, and since when.
 *
 * @param began when the command began: what is older came from the store that it was given
 */
record Remembered(VerdictStore store, Instant began) {

  /** A line for each answer about {@code reference} and {@code parts}. */
  List<String> of(ImageReference reference, List<PinnedImage> parts) {
    List<String> lines = new ArrayList<>();
    if (reference.digest().isEmpty()) {
      add(lines, "tag", "", new EvidenceKey.Resolution(reference));
    }
    for (PinnedImage part : parts) {
      String at = parts.size() > 1 ? " of " + part.digest() : "";
      add(lines, "manifest", at, new EvidenceKey.Manifest(part));
      if (store.peek(new EvidenceKey.Manifest(part))
          instanceof Evidence.Present<ImageManifest>(ImageManifest.Image image, var read)) {
        add(lines, "configuration", at, new EvidenceKey.Config(part));
      }
      add(lines, "signatures", at, new EvidenceKey.Signatures(part));
      add(lines, "scan by Harbor", at, new EvidenceKey.Scan(part, ScanSource.HARBOR));
    }
    return lines;
  }

  private <T> void add(List<String> lines, String what, String at, EvidenceKey.Fetched<T> key) {
    says(store.peek(key)).ifPresent(text -> lines.add(what + at + ": " + text));
  }

  private <T> Optional<String> says(@Nullable Evidence<T> evidence) {
    return switch (evidence) {
      case null -> Optional.empty();
      case Evidence.Present<T>(var value, var read) ->
          Optional.of(
              (value instanceof SignatureDocuments documents
                      ? documents.documents().size() + " beside it"
                      : value instanceof PinnedImage image ? image.digest().toString() : "known")
                  + since(read));
      case Evidence.Absent<T>(var read) -> Optional.of("none" + since(read));
      case Evidence.Unavailable<T>(var doubt) -> Optional.of("not known: " + doubt.tried());
    };
  }

  private String since(Instant read) {
    return read.isBefore(began) ? ", remembered from " + read : ", read now";
  }
}
