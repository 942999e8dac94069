package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Repository;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads callbacks of Harbor 2.7 and later, in both payload formats: Default and CloudEvents. Types
 * and fields that are not known are passed over; what is broken is an error.
 */
public final class Events {
  /** Most bytes of one callback. */
  public static final int MOST_BYTES = 1024 * 1024;

  private static final int MOST_RESOURCES = 1_000;
  private static final String FIX =
      "send what Harbor sends, in the format Default or CloudEvents, without changes";

  /** The types of CloudEvents, by those of the default format. */
  private static final Map<String, String> CLOUD_TYPES =
      Map.of(
          "harbor.artifact.pushed", "PUSH_ARTIFACT",
          "harbor.artifact.pulled", "PULL_ARTIFACT",
          "harbor.artifact.deleted", "DELETE_ARTIFACT",
          "harbor.quota.exceeded", "QUOTA_EXCEED",
          "harbor.quota.warned", "QUOTA_WARNING",
          "harbor.scan.completed", "SCANNING_COMPLETED",
          "harbor.scan.failed", "SCANNING_FAILED",
          "harbor.scan.stopped", "SCANNING_STOPPED",
          "harbor.replication.status.changed", "REPLICATION",
          "harbor.tag_retention.finished", "TAG_RETENTION");

  private Events() {}

  /** Both formats in one. */
  record Raw(
      @JsonProperty("specversion") @Nullable String specversion,
      @JsonProperty("type") @Nullable String type,
      @JsonProperty("event_data") @Nullable Data eventData,
      @JsonProperty("data") @Nullable Data data) {}

  /** What happened. */
  record Data(
      @JsonProperty("resources") @Nullable List<@Nullable Resource> resources,
      @JsonProperty("repository") @Nullable RawRepository repository,
      @JsonProperty("scan") @Nullable RawScan scan,
      @JsonProperty("replication") @Nullable RawReplication replication,
      @JsonProperty("retention") @Nullable RawRetention retention) {}

  /** What it happened to. */
  record Resource(
      @JsonProperty("digest") @Nullable String digest, @JsonProperty("tag") @Nullable String tag) {}

  /** Where. */
  record RawRepository(@JsonProperty("repo_full_name") @Nullable String name) {}

  /** Which sort of scan. */
  record RawScan(@JsonProperty("scan_type") @Nullable String type) {}

  /** From where to where. */
  record RawReplication(
      @JsonProperty("src_resource") @Nullable RawEnd source,
      @JsonProperty("dest_resource") @Nullable RawEnd destination) {}

  /** One end of a replication. */
  record RawEnd(@JsonProperty("namespace") @Nullable String namespace) {}

  /** What a project's rules removed. */
  record RawRetention(@JsonProperty("project_name") @Nullable String project) {}

  /**
   * The hints in {@code body}, at least one, each once.
   *
   * @throws BadValue if it is no callback of Harbor, or over a bound; the sentence says why
   */
  public static List<Hint> read(byte[] body) {
    Raw raw = Json.document(body, "a callback of Harbor", MOST_BYTES, Raw.class);
    String type = required(raw.type(), "type");
    boolean cloud = raw.specversion() != null;
    if (cloud && !"1.0".equals(raw.specversion())) {
      throw new BadValue(
          "specversion is " + PlainText.quote(String.valueOf(raw.specversion())) + ", not 1.0",
          FIX);
    }
    String known = cloud ? CLOUD_TYPES.getOrDefault(type, "") : type;
    Data data = cloud ? raw.data() : raw.eventData();
    String where = cloud ? "data" : "event_data";
    return switch (known) {
      case "PUSH_ARTIFACT" ->
          each(data, where, (in, one) -> new Hint.Pushed(in, digest(one), tag(one)));
      case "DELETE_ARTIFACT" ->
          each(data, where, (in, one) -> new Hint.Deleted(in, digest(one), tag(one)));
      case "SCANNING_COMPLETED" -> scanned(data, where, Hint.End.COMPLETED);
      case "SCANNING_FAILED" -> scanned(data, where, Hint.End.FAILED);
      case "SCANNING_STOPPED" -> scanned(data, where, Hint.End.STOPPED);
      case "REPLICATION" -> List.of(replicated(there(data, where)));
      case "TAG_RETENTION" -> List.of(retained(there(data, where)));
      case "QUOTA_EXCEED" -> List.of(new Hint.Quota(true));
      case "QUOTA_WARNING" -> List.of(new Hint.Quota(false));
      case "PULL_ARTIFACT" -> List.of(new Hint.Pulled());
      default -> List.of(new Hint.Unknown(type));
    };
  }

  private static Data there(@Nullable Data data, String where) {
    if (data == null) {
      throw new BadValue(where + " is missing", FIX);
    }
    return data;
  }

  private static List<Hint> each(
      @Nullable Data maybe, String where, BiFunction<String, Resource, Hint> hint) {
    Data data = there(maybe, where);
    RawRepository repository = data.repository();
    String name =
        repository(required(repository == null ? null : repository.name(), "repo_full_name"));
    List<@Nullable Resource> resources = data.resources();
    if (resources == null || resources.isEmpty()) {
      throw new BadValue(where + " has no resources", FIX);
    }
    if (resources.size() > MOST_RESOURCES) {
      throw new BadValue("there are more than " + MOST_RESOURCES + " resources", FIX);
    }
    Set<Hint> hints = new LinkedHashSet<>();
    for (Resource one : resources) {
      if (one == null) {
        throw new BadValue("one of the resources is null", FIX);
      }
      hints.add(hint.apply(name, one));
    }
    return List.copyOf(hints);
  }

  /** {@code name}, which can be that of a repository on whatever host. */
  private static String repository(String name) {
    try {
      return new Repository("registry.invalid", name).path();
    } catch (BadValue bad) {
      throw new BadValue("repo_full_name: " + bad.problem(), FIX);
    }
  }

  private static List<Hint> scanned(@Nullable Data data, String where, Hint.End end) {
    Hint.Kind kind = kind(there(data, where).scan());
    return each(data, where, (in, one) -> new Hint.Scanned(in, digest(one), kind, end));
  }

  private static Hint.Kind kind(@Nullable RawScan scan) {
    String type = scan == null ? null : scan.type();
    return switch (type == null ? "" : type) {
      case "vulnerability" -> Hint.Kind.VULNERABILITIES;
      case "sbom" -> Hint.Kind.SBOM;
      default -> Hint.Kind.UNSAID;
    };
  }

  private static Hint replicated(Data data) {
    RawReplication replication = data.replication();
    if (replication == null) {
      throw new BadValue("replication is missing", FIX);
    }
    Set<String> projects = new LinkedHashSet<>();
    for (RawEnd end : new RawEnd[] {replication.source(), replication.destination()}) {
      String namespace = end == null ? null : end.namespace();
      if (namespace != null && !namespace.isBlank()) {
        String first = namespace.split("/", 2)[0];
        projects.add(PlainText.of(first, 255));
      }
    }
    return new Hint.Replicated(List.copyOf(projects));
  }

  private static Hint retained(Data data) {
    RawRetention retention = data.retention();
    if (retention == null) {
      throw new BadValue("retention is missing", FIX);
    }
    return new Hint.Retained(
        Optional.ofNullable(retention.project())
            .filter(name -> !name.isBlank())
            .map(name -> PlainText.of(name, 255)));
  }

  private static Digest digest(Resource one) {
    try {
      return Digest.parse(required(one.digest(), "the resource's digest"));
    } catch (BadValue bad) {
      throw new BadValue(bad.problem(), FIX);
    }
  }

  /** The tag; Harbor writes the digest there when there is none. */
  private static Optional<String> tag(Resource one) {
    return Optional.ofNullable(one.tag())
        .filter(tag -> !tag.isEmpty() && tag.indexOf(':') < 0)
        .map(tag -> PlainText.of(tag, 128));
  }

  private static String required(@Nullable String text, String what) {
    if (text == null || text.isEmpty()) {
      throw new BadValue(what + " is missing", FIX);
    }
    return text;
  }
}
