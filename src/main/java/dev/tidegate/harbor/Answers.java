package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads answers of Harbor's API (v2.0). */
public final class Answers {
  /** Most bytes of one answer but reports. */
  public static final int MOST_BYTES = 8 * 1024 * 1024;

  private static final String FIX = "compare it with Harbor's own page; report what differs";
  private static final int MOST_ENTRIES = 10_000;

  private Answers() {}

  /** An artifact. */
  record RawArtifact(
      @JsonProperty("digest") @Nullable String digest,
      @JsonProperty("repository_name") @Nullable String repository,
      @JsonProperty("manifest_media_type") @Nullable String mediaType,
      @JsonProperty("push_time") @Nullable String pushed,
      @JsonProperty("references") @Nullable List<@Nullable RawPart> parts,
      @JsonProperty("tags") @Nullable List<@Nullable RawTag> tags,
      @JsonProperty("accessories") @Nullable List<@Nullable RawAccessory> accessories,
      @JsonProperty("addition_links") @Nullable Map<String, JsonNode> links,
      @JsonProperty("scan_overview") @Nullable Map<String, @Nullable RawOverview> scan,
      @JsonProperty("sbom_overview") @Nullable RawOverview sbom) {}

  /** A manifest of an index. */
  record RawPart(
      @JsonProperty("child_digest") @Nullable String digest,
      @JsonProperty("platform") @Nullable RawPlatform platform) {}

  /** A platform. */
  record RawPlatform(
      @JsonProperty("os") @Nullable String os,
      @JsonProperty("architecture") @Nullable String architecture,
      @JsonProperty("variant") @Nullable String variant) {}

  /** A tag. */
  record RawTag(@JsonProperty("name") @Nullable String name) {}

  /** What refers to an artifact. */
  record RawAccessory(
      @JsonProperty("digest") @Nullable String digest,
      @JsonProperty("type") @Nullable String type) {}

  /** What is said of a scan. */
  record RawOverview(
      @JsonProperty("scan_status") @Nullable String status,
      @JsonProperty("start_time") @Nullable String started,
      @JsonProperty("end_time") @Nullable String ended,
      @JsonProperty("summary") @Nullable RawSummary summary) {}

  /** Counts. */
  record RawSummary(@JsonProperty("total") @Nullable Integer total) {}

  /** A project. */
  record RawProject(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("registry_id") @Nullable Long registry,
      @JsonProperty("metadata") @Nullable RawMetadata metadata,
      @JsonProperty("cve_allowlist") @Nullable RawList list) {}

  /** Settings of a project: Harbor writes truth as text. */
  record RawMetadata(@JsonProperty("reuse_sys_cve_allowlist") @Nullable String reuse) {}

  /** A list of tolerated vulnerabilities. */
  record RawList(
      @JsonProperty("expires_at") @Nullable Long expires,
      @JsonProperty("items") @Nullable List<@Nullable RawItem> items) {}

  /** An entry of it. */
  record RawItem(@JsonProperty("cve_id") @Nullable String id) {}

  /**
   * The artifact in {@code bytes} ({@code GET …/artifacts/{reference}}).
   *
   * @throws BadValue if it is none, or over a bound
   */
  public static Artifact artifact(byte[] bytes) {
    return artifact(Json.document(bytes, "an artifact of Harbor", MOST_BYTES, RawArtifact.class));
  }

  /** The artifact that {@code raw} tells of, alone or in a list. */
  static Artifact artifact(RawArtifact raw) {
    Map<String, JsonNode> links = raw.links();
    RawOverview sbom = raw.sbom();
    String mediaType = text(raw.mediaType());
    return new Artifact(
        digest(raw.digest(), "the artifact's digest"),
        required(raw.repository(), "repository_name"),
        mediaType.contains("image.index") || mediaType.contains("manifest.list"),
        Items.moment(raw.pushed(), "push_time"),
        parts(raw.parts()),
        some(raw.tags(), "tags").stream().map(tag -> PlainText.of(text(tag.name()), 200)).toList(),
        some(raw.accessories(), "accessories").stream()
            .map(one ->
                new Artifact.Accessory(
                    digest(one.digest(), "an accessory's digest"), text(one.type())))
            .toList(),
        links == null || links.containsKey("vulnerabilities"),
        overview(raw.scan()),
        sbom == null ? Optional.empty() : Optional.of(text(sbom.status())));
  }

  private static List<Artifact.Part> parts(@Nullable List<@Nullable RawPart> raw) {
    List<Artifact.Part> parts = new ArrayList<>();
    for (RawPart part : some(raw, "references")) {
      RawPlatform platform = part.platform();
      parts.add(
          new Artifact.Part(
              digest(part.digest(), "child_digest"),
              platform == null || text(platform.os()).isEmpty()
                  ? Optional.empty()
                  : Optional.of(
                      new Platform(
                          text(platform.os()),
                          text(platform.architecture()),
                          Optional.of(text(platform.variant())).filter(v -> !v.isEmpty())))));
    }
    return parts;
  }

  /** Of both forms the newer one; other forms are nothing that could be judged. */
  private static Optional<Artifact.Overview> overview(
      @Nullable Map<String, @Nullable RawOverview> forms) {
    if (forms == null) {
      return Optional.empty();
    }
    RawOverview chosen = null;
    for (Map.Entry<String, @Nullable RawOverview> form : forms.entrySet()) {
      String type = HarborReports.normal(form.getKey());
      boolean newest = type.equals(HarborReports.normal(HarborReports.MIME_11));
      if (newest || (chosen == null && type.equals(HarborReports.normal(HarborReports.MIME_10)))) {
        chosen = form.getValue();
      }
      if (newest) {
        break;
      }
    }
    if (chosen == null) {
      return Optional.empty();
    }
    RawSummary summary = chosen.summary();
    Integer total = summary == null ? null : summary.total();
    return Optional.of(
        new Artifact.Overview(
            required(chosen.status(), "scan_status"),
            total == null ? 0 : total,
            Items.moment(chosen.started(), "start_time"),
            Items.moment(chosen.ended(), "end_time")));
  }

  /**
   * The accessories in {@code bytes} ({@code GET …/accessories}).
   *
   * @throws BadValue if they are none, or over a bound
   */
  public static List<Artifact.Accessory> accessories(byte[] bytes) {
    List<Artifact.Accessory> all = new ArrayList<>();
    Json.document(
        bytes,
        "a list of accessories",
        MOST_BYTES,
        json -> {
          if (json.currentToken() != com.fasterxml.jackson.core.JsonToken.START_ARRAY) {
            throw new BadValue("the accessories are not a list", FIX);
          }
          Json.entries(
              json,
              "the accessories",
              one -> {
                RawAccessory raw = Json.records(RawAccessory.class).readValue(one);
                if (raw == null || all.size() == MOST_ENTRIES) {
                  throw new BadValue("the list of accessories has null in it, or no end", FIX);
                }
                all.add(
                    new Artifact.Accessory(
                        digest(raw.digest(), "an accessory's digest"), text(raw.type())));
              });
        });
    return all;
  }

  /**
   * The project in {@code bytes} ({@code GET /projects/{name}}).
   *
   * @throws BadValue if it is none, or over a bound
   */
  public static Project project(byte[] bytes) {
    RawProject raw = Json.document(bytes, "a project of Harbor", MOST_BYTES, RawProject.class);
    RawMetadata metadata = raw.metadata();
    String reuse = metadata == null ? null : metadata.reuse();
    Long registry = raw.registry();
    // Without the setting Harbor uses the system's list.
    return new Project(
        required(raw.name(), "the project's name"),
        !"false".equals(reuse),
        list(raw.list()),
        registry != null && registry > 0);
  }

  /**
   * The system's list of tolerated vulnerabilities ({@code GET /system/CVEAllowlist}).
   *
   * @throws BadValue if it is none, or over a bound
   */
  public static CveAllowList systemList(byte[] bytes) {
    return list(Json.document(bytes, "an allow list of Harbor", MOST_BYTES, RawList.class));
  }

  private static CveAllowList list(@Nullable RawList raw) {
    if (raw == null) {
      return new CveAllowList(Set.of(), Optional.empty());
    }
    Set<String> ids = new LinkedHashSet<>();
    List<RawItem> items = some(raw.items(), "items");
    if (items.size() > CveAllowList.MOST) {
      throw new BadValue("the allow list has more than " + CveAllowList.MOST + " entries", FIX);
    }
    for (RawItem item : items) {
      String id = text(item.id());
      if (!id.isBlank()) {
        ids.add(id);
      }
    }
    return new CveAllowList(ids, Optional.ofNullable(raw.expires()).map(Seconds::at));
  }

  private static <T> List<T> some(@Nullable List<@Nullable T> entries, String what) {
    List<T> all = new ArrayList<>();
    if (entries != null) {
      if (entries.size() > CveAllowList.MOST) {
        throw new BadValue(what + " has " + entries.size() + " entries, too many", FIX);
      }
      for (T entry : entries) {
        if (entry == null) {
          throw new BadValue(what + " has null in it", FIX);
        }
        all.add(entry);
      }
    }
    return all;
  }

  private static Digest digest(@Nullable String text, String what) {
    return Digest.parse(required(text, what));
  }

  private static String required(@Nullable String text, String what) {
    if (text == null || text.isEmpty()) {
      throw new BadValue(what + " is missing", FIX);
    }
    return text;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
