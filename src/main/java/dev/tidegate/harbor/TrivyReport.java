package dev.tidegate.harbor;

import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Digest;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A report that Trivy has written.
 *
 * @param artifact what was scanned, as it was named to Trivy, for people; proves nothing
 * @param manifests the digests under which registries know the image; of a multi-platform image it
 *     is that of the index, although one image of it was scanned
 * @param config the digest of the image's configuration, which names one image for certain
 * @param state the result; without a report where Trivy found nothing that it could have judged, or
 *     was told not to look for vulnerabilities
 */
public record TrivyReport(
    String artifact, Set<Digest> manifests, Optional<Digest> config, ScanState state) {
  public TrivyReport {
    Objects.requireNonNull(artifact);
    manifests = Set.copyOf(manifests);
    Objects.requireNonNull(config);
    Objects.requireNonNull(state);
  }
}
