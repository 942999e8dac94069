package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads reports that Trivy writes with {@code --format json} ({@code SchemaVersion} 2) about
 * container images.
 */
public final class TrivyReports {
  /** Most bytes of a report. */
  public static final int MOST_BYTES = 128 * 1024 * 1024;

  private static final String WHAT = "a Trivy report in JSON";
  private static final String FIX = "make it with: trivy image --format json --output report.json";
  private static final int MOST_DIGESTS = 1_000;

  private static final ObjectReader VULNERABILITY = Json.records(Vulnerability.class);
  private static final ObjectReader MODIFIED = Json.records(Modified.class);
  private static final ObjectReader METADATA = Json.records(Metadata.class);
  private static final ObjectReader TOOL = Json.records(Tool.class);

  private TrivyReports() {}

  /** The scanner itself. */
  record Tool(@JsonProperty("Version") @Nullable String version) {}

  /** What was scanned. */
  record Metadata(
      @JsonProperty("OS") @Nullable Os os,
      @JsonProperty("ImageID") @Nullable String imageId,
      @JsonProperty("RepoDigests") @Nullable List<@Nullable String> repoDigests) {}

  /** The distribution. */
  record Os(
      @JsonProperty("Family") @Nullable String family,
      @JsonProperty("Name") @Nullable String name,
      @JsonProperty("EOSL") boolean ended) {}

  /** One vulnerability. */
  record Vulnerability(
      @JsonProperty("VulnerabilityID") @Nullable String id,
      @JsonProperty("PkgName") @Nullable String name,
      @JsonProperty("InstalledVersion") @Nullable String installed,
      @JsonProperty("FixedVersion") @Nullable String fixed,
      @JsonProperty("Severity") @Nullable String severity,
      @JsonProperty("Status") @Nullable String status,
      @JsonProperty("CVSS") @Nullable Map<String, @Nullable Cvss> cvss) {}

  /** The scores of one source. */
  record Cvss(
      @JsonProperty("V2Score") @Nullable Double v2,
      @JsonProperty("V3Score") @Nullable Double v3,
      @JsonProperty("V40Score") @Nullable Double v4) {}

  /** A finding that an ignore file or a VEX document has taken out. */
  record Modified(
      @JsonProperty("Type") @Nullable String type,
      @JsonProperty("Finding") @Nullable Vulnerability finding) {}

  /**
   * The report in {@code bytes}.
   *
   * @throws BadValue if it is none, is of another version or format, is not about an image, or is
   *     over a bound
   */
  public static TrivyReport read(byte[] bytes) {
    Reading reading = new Reading();
    Json.document(
        bytes, WHAT, MOST_BYTES, json -> Json.members(json, "the report", reading::member));
    return reading.report();
  }

  /** One reading. */
  private static final class Reading {
    private final Items items = new Items();
    private final Set<Digest> manifests = new LinkedHashSet<>();
    private Optional<Digest> config = Optional.empty();
    private Optional<String> endOfLife = Optional.empty();
    private String version = "";
    private String created = "";
    private String name = "";
    private String type = "";
    private String foreign = "";
    private int schema = -1;
    private boolean packages;

    void member(String field, JsonParser json) throws IOException {
      switch (field) {
        case "SchemaVersion" -> {
          if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new BadValue("SchemaVersion is not a number", FIX);
          }
          schema = json.getIntValue();
        }
        case "Trivy" -> {
          if (TOOL.readValue(json) instanceof Tool tool && tool.version() != null) {
            version = tool.version();
          }
        }
        case "CreatedAt" -> created = Json.text(json, "CreatedAt");
        case "ArtifactName" -> name = Json.text(json, "ArtifactName");
        case "ArtifactType" -> type = Json.text(json, "ArtifactType");
        case "Metadata" -> {
          if (METADATA.readValue(json) instanceof Metadata metadata) {
            metadata(metadata);
          }
        }
        case "Results" ->
            Json.entries(
                json, "Results", one -> Json.members(one, "an entry of Results", this::result));
        case "runs", "bomFormat", "spdxVersion", "detector" -> {
          foreign = field;
          json.skipChildren();
        }
        default -> json.skipChildren();
      }
    }

    private void metadata(Metadata metadata) {
      Os os = metadata.os();
      if (os != null && os.ended()) {
        endOfLife = Optional.of((text(os.family()) + " " + text(os.name())).strip());
      }
      config = digest(metadata.imageId());
      List<@Nullable String> names = metadata.repoDigests();
      if (names == null) {
        return;
      }
      if (names.size() > MOST_DIGESTS) {
        throw new BadValue("the report has more than " + MOST_DIGESTS + " RepoDigests", FIX);
      }
      for (String one : names) {
        if (one != null && one.indexOf('@') >= 0) {
          digest(one.substring(one.indexOf('@') + 1)).ifPresent(manifests::add);
        }
      }
    }

    private static Optional<Digest> digest(@Nullable String text) {
      return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
    }

    private static String text(@Nullable String text) {
      return text == null ? "" : text;
    }

    private void result(String field, JsonParser json) throws IOException {
      switch (field) {
        case "Class" -> {
          String of = Json.text(json, "Class");
          packages |= of.equals("os-pkgs") || of.equals("lang-pkgs");
        }
        case "Vulnerabilities" ->
            Json.entries(
                json,
                "Vulnerabilities",
                one -> {
                  packages = true;
                  add(VULNERABILITY.readValue(one), false);
                });
        case "ExperimentalModifiedFindings" ->
            Json.entries(
                json,
                "ExperimentalModifiedFindings",
                one -> {
                  Modified modified = MODIFIED.readValue(one);
                  if (modified != null && "vulnerability".equals(modified.type())) {
                    packages = true;
                    add(modified.finding(), true);
                  }
                });
        default -> json.skipChildren();
      }
    }

    private void add(@Nullable Vulnerability one, boolean suppressed) {
      if (one == null) {
        throw new BadValue("a vulnerability of the report is null", FIX);
      }
      List<Items.Scores> scores = new ArrayList<>();
      Map<String, @Nullable Cvss> cvss = one.cvss();
      if (cvss != null) {
        for (Cvss source : cvss.values()) {
          if (source != null) {
            scores.add(new Items.Scores(source.v2(), source.v3(), source.v4()));
          }
        }
      }
      items.add(
          one.id(),
          one.name(),
          one.installed(),
          one.fixed(),
          one.severity(),
          one.status(),
          scores,
          suppressed);
    }

    TrivyReport report() {
      if (schema != 2) {
        throw new BadValue(
            schema < 0
                ? "this has no SchemaVersion, so it is not "
                    + WHAT
                    + switch (foreign) {
                      case "runs" -> " but SARIF";
                      case "bomFormat" -> " but a CycloneDX document";
                      case "spdxVersion" -> " but an SPDX document";
                      case "detector" -> " but a list of dependencies for GitHub";
                      default -> "";
                    }
                : "the report has SchemaVersion " + schema + ", and 2 is what is read",
            FIX);
      }
      if (!type.isEmpty() && !type.equals("container_image")) {
        throw new BadValue(
            "the report is about a " + PlainText.quote(type) + ", not about a container image",
            FIX);
      }
      ScanReport report =
          new ScanReport(
              new Scanner("Trivy", "Aqua Security", version),
              Items.moment(created, "CreatedAt"),
              Optional.empty(),
              endOfLife,
              items.all());
      return new TrivyReport(
          PlainText.of(name, 300),
          manifests,
          config,
          packages || endOfLife.isPresent()
              ? new ScanState.Reported(report)
              : new ScanState.WithoutReport());
    }
  }
}
