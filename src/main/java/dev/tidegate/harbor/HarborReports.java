package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.model.BadValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads vulnerability reports of Harbor's API ({@code …/additions/vulnerabilities}), in both forms
 * that scanner adapters know.
 */
public final class HarborReports {
  /** The form of today. */
  public static final String MIME_11 = "application/vnd.security.vulnerability.report; version=1.1";

  /** The form of Harbor's first adapters. */
  public static final String MIME_10 =
      "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0";

  /** What to send as {@code X-Accept-Vulnerabilities}, without which Harbor answers {@code {}}. */
  public static final String ACCEPT = MIME_11 + ", " + MIME_10;

  /** Most bytes of a report. */
  public static final int MOST_BYTES = 128 * 1024 * 1024;

  private static final String WHAT = "a vulnerability report of Harbor";
  private static final String FIX = "read it anew from Harbor; if it stays so, scan again";
  private static final ObjectReader ITEM = Json.records(Item.class);
  private static final ObjectReader SCANNER = Json.records(ScannerName.class);

  private HarborReports() {}

  /** A scanner. */
  record ScannerName(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("vendor") @Nullable String vendor,
      @JsonProperty("version") @Nullable String version) {
    Scanner scanner() {
      return new Scanner(text(name), text(vendor), text(version));
    }

    private static String text(@Nullable String text) {
      return text == null ? "" : text;
    }
  }

  /** One vulnerability. */
  record Item(
      @JsonProperty("id") @Nullable String id,
      @JsonProperty("package") @Nullable String name,
      @JsonProperty("version") @Nullable String installed,
      @JsonProperty("fix_version") @Nullable String fixed,
      @JsonProperty("severity") @Nullable String severity,
      @JsonProperty("status") @Nullable String status,
      @JsonProperty("preferred_cvss") @Nullable Preferred preferred,
      @JsonProperty("vendor_attributes") @Nullable JsonNode vendor) {}

  /** The score that the adapter has chosen. */
  record Preferred(
      @JsonProperty("score_v2") @Nullable Double v2,
      @JsonProperty("score_v3") @Nullable Double v3) {}

  /**
   * The report in {@code bytes}; empty when there is none ({@code {}}), which is never the same as
   * a report in which nothing was found.
   *
   * @throws BadValue if it is neither, or over a bound
   */
  public static Optional<ScanReport> read(byte[] bytes) {
    List<Reading> readings = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Json.document(
        bytes,
        WHAT,
        MOST_BYTES,
        json ->
            Json.members(
                json,
                WHAT,
                (type, value) -> {
                  if (value.currentToken() == JsonToken.VALUE_NULL) {
                    return;
                  }
                  if (normal(type).equals(normal(MIME_11))
                      || normal(type).equals(normal(MIME_10))) {
                    Reading reading = new Reading(normal(type).equals(normal(MIME_11)));
                    Json.members(value, "the report", reading::member);
                    readings.add(reading);
                  } else {
                    others.add(type);
                    value.skipChildren();
                  }
                }));
    if (readings.isEmpty() && !others.isEmpty()) {
      throw new BadValue("Harbor sent a report of a type that is not known here", FIX);
    }
    return readings.stream()
        .filter(Reading::newer)
        .findFirst()
        .or(() -> readings.stream().findFirst())
        .map(Reading::report);
  }

  /** A media type without the blanks that parameters may have before them. */
  static String normal(String type) {
    return type.replace(" ", "").toLowerCase(java.util.Locale.ROOT);
  }

  /** One reading. */
  private static final class Reading {
    private final boolean newer;
    private final Items items = new Items();
    private String generated = "";
    private Scanner scanner = new Scanner("", "", "");
    private boolean complete;

    Reading(boolean newer) {
      this.newer = newer;
    }

    boolean newer() {
      return newer;
    }

    void member(String field, JsonParser json) throws IOException {
      switch (field) {
        case "generated_at" -> generated = Json.text(json, "generated_at");
        case "scanner" -> {
          if (SCANNER.readValue(json) instanceof ScannerName name) {
            scanner = name.scanner();
          }
        }
        case "vulnerabilities" -> {
          if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new BadValue("the report's vulnerabilities are not a list", FIX);
          }
          complete = true;
          Json.entries(json, "vulnerabilities", one -> add(ITEM.readValue(one)));
        }
        default -> json.skipChildren();
      }
    }

    private void add(@Nullable Item one) {
      if (one == null) {
        throw new BadValue("a vulnerability of the report is null", FIX);
      }
      List<Items.Scores> scores = new ArrayList<>();
      Preferred preferred = one.preferred();
      if (preferred != null) {
        scores.add(new Items.Scores(preferred.v2(), preferred.v3(), null));
      }
      JsonNode vendor = one.vendor();
      if (vendor != null) {
        scores.addAll(ofSources(vendor.path("CVSS")));
      }
      items.add(
          one.id(),
          one.name(),
          one.installed(),
          one.fixed(),
          one.severity(),
          one.status(),
          scores,
          false);
    }

    /** Each scanner has its own vendor attributes; those of Trivy are scores by source. */
    private static List<Items.Scores> ofSources(JsonNode cvss) {
      List<Items.Scores> scores = new ArrayList<>();
      for (JsonNode source : cvss) {
        scores.add(
            new Items.Scores(
                source.path("V2Score").asDouble(),
                source.path("V3Score").asDouble(),
                source.path("V40Score").asDouble()));
      }
      return scores;
    }

    ScanReport report() {
      if (!complete) {
        throw new BadValue("the report does not say which vulnerabilities it has", FIX);
      }
      return new ScanReport(
          scanner,
          Items.moment(generated, "generated_at"),
          Optional.empty(),
          Optional.empty(),
          items.all());
    }
  }
}
