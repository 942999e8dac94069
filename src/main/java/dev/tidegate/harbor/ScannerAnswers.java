package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what Harbor's API (v2.0) says about scanners. */
final class ScannerAnswers {
  /** A property that scanner adapters have since the first version of their specification. */
  private static final String UPDATED = "harbor.scanner-adapter/vulnerability-database-updated-at";

  private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);
  private static final int LONGEST_NAME = 100;
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,64}");

  private ScannerAnswers() {}

  /** A registration of a scanner. */
  private record RawRegistration(
      @JsonProperty("uuid") @Nullable String id,
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("disabled") @Nullable Boolean disabled) {}

  /** What a scanner's adapter tells of it. */
  private record RawMetadata(
      @JsonProperty("scanner") HarborReports.@Nullable ScannerName scanner,
      @JsonProperty("properties") @Nullable Map<String, @Nullable String> properties) {}

  /**
   * A scanner at the moment.
   *
   * @param database when its vulnerability data was updated last; empty if it does not say
   */
  record Adapter(Scanner scanner, Optional<Instant> database) {
    Adapter {
      Objects.requireNonNull(scanner);
      Objects.requireNonNull(database);
    }
  }

  /**
   * The scanner in {@code bytes} ({@code GET /projects/{name}/scanner}); empty when the project has
   * none, for which Harbor says {@code null} or nothing.
   *
   * @throws BadValue if it is no registration, or over a bound
   */
  static Optional<ProjectScanner> registration(byte[] bytes) {
    if (bytes.length == 0 || Arrays.equals(bytes, NULL)) {
      return Optional.empty();
    }
    RawRegistration raw =
        Json.document(bytes, "a scanner of Harbor", Answers.MOST_BYTES, RawRegistration.class);
    String id = raw.id();
    if (id == null || id.isEmpty()) {
      return Optional.empty();
    }
    if (!ID.matcher(id).matches()) {
      throw new BadValue(
          "the scanner's id " + PlainText.quote(id) + " is none", "look at the scanners in Harbor");
    }
    return Optional.of(
        new ProjectScanner(
            id,
            raw.name() == null ? "" : PlainText.of(raw.name(), LONGEST_NAME),
            Boolean.TRUE.equals(raw.disabled())));
  }

  /**
   * The scanner in {@code bytes} ({@code GET /scanners/{id}/metadata}).
   *
   * @throws BadValue if it is none, or over a bound
   */
  static Adapter adapter(byte[] bytes) {
    RawMetadata raw =
        Json.document(bytes, "the metadata of a scanner", Answers.MOST_BYTES, RawMetadata.class);
    HarborReports.ScannerName name = raw.scanner();
    Map<String, @Nullable String> properties = raw.properties();
    return new Adapter(
        name == null ? new Scanner("", "", "") : name.scanner(),
        properties == null
            ? Optional.empty()
            : Items.moment(properties.get(UPDATED), "the update of its data"));
  }
}
