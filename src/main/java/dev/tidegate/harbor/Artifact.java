package dev.tidegate.harbor;

import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An artifact, as Harbor's API tells of it.
 *
 * @param digest of its manifest
 * @param repository with the project, without the host
 * @param index whether it is an index
 * @param pushed when it came to this Harbor; empty if not told
 * @param parts of an index
 * @param tags that point at it now
 * @param accessories what refers to it; presence proves nothing
 * @param scannable whether the scanner of its project can scan it
 * @param scan what is said of its scan for vulnerabilities; empty when it was never scanned
 * @param sbom what is said of making a list of its contents; empty when nobody asked for one
 */
public record Artifact(
    Digest digest,
    String repository,
    boolean index,
    Optional<Instant> pushed,
    List<Part> parts,
    List<String> tags,
    List<Accessory> accessories,
    boolean scannable,
    Optional<Overview> scan,
    Optional<String> sbom) {
  public Artifact {
    Objects.requireNonNull(digest);
    Objects.requireNonNull(repository);
    Objects.requireNonNull(pushed);
    parts = List.copyOf(parts);
    tags = List.copyOf(tags);
    accessories = List.copyOf(accessories);
    Objects.requireNonNull(scan);
    sbom = sbom.map(text -> PlainText.of(text, 50));
  }

  /** A manifest of an index. */
  public record Part(Digest digest, Optional<Platform> platform) {
    public Part {
      Objects.requireNonNull(digest);
      Objects.requireNonNull(platform);
    }
  }

  /**
   * What refers to an artifact.
   *
   * @param type for instance {@code signature.cosign}, which an attestation may be called, too
   */
  public record Accessory(Digest digest, String type) {
    public Accessory {
      Objects.requireNonNull(digest);
      type = PlainText.of(type, 100);
    }
  }

  /**
   * What is said of a scan.
   *
   * @param status {@code Pending}, {@code Running}, {@code Success}, {@code Error}, {@code Stopped}
   * @param total how many vulnerabilities were found, of all severities; 0 without a summary
   * @param started when it began; empty while it waits
   * @param ended empty while it is not over
   */
  public record Overview(
      String status, int total, Optional<Instant> started, Optional<Instant> ended) {
    public Overview {
      status = PlainText.of(status, 50);
      Objects.requireNonNull(started);
      Objects.requireNonNull(ended);
    }

    /** Whether it is over and has a report. */
    public boolean succeeded() {
      return status.equals("Success");
    }
  }
}
