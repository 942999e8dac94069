package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads objects of the judged kinds: what pod they are, or make. */
public final class WorkloadReader {
  private static final ObjectReader READER = Json.MAPPER.readerFor(Wire.Workload.class);
  private static final ObjectReader NESTED =
      READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final int MOST_OWNERS = 100;

  private WorkloadReader() {}

  /** What a document is, seen from here. */
  public sealed interface Read {
    /** A pod, or an object that makes pods. */
    record Workload(
        String kind,
        String group,
        Names names,
        PodShape pod,
        Optional<Owner> owner,
        boolean mirrorAnnotation)
        implements Read {}

    /** An object of a judged kind that makes no pods of its own. */
    record NothingToJudge(String why) implements Read {}

    /** An object of another kind. */
    record NotAWorkload(String kind) implements Read {}
  }

  /**
   * How an object is called: name or, while there is none, the prefix of the one that it will get.
   */
  public record Names(Optional<String> name, Optional<String> prefix, Optional<String> namespace) {
    /** For people: the name, or the prefix and a star. */
    public String shown() {
      return name.orElseGet(() -> prefix.map(start -> start + "*").orElse("(no name)"));
    }
  }

  /**
   * Reads the JSON of one object.
   *
   * @throws BadDocument if it is malformed or over a bound
   */
  public static Read read(byte[] json) throws BadDocument {
    return read(json, 0, json.length);
  }

  /** As {@link #read(byte[])}, for a part of {@code json}. */
  public static Read read(byte[] json, int offset, int length) throws BadDocument {
    Wire.@Nullable Workload workload;
    try {
      workload = READER.readValue(json, offset, length);
    } catch (JsonProcessingException bad) {
      throw Json.bad(bad);
    } catch (IOException impossible) {
      throw BadDocument.malformed("", "cannot be read");
    }
    return shape(workload);
  }

  /** As {@link #read(byte[])}, for the object at which {@code parser} stands; reads no further. */
  public static Read read(JsonParser parser) throws BadDocument, IOException {
    Wire.@Nullable Workload workload;
    try {
      workload = NESTED.readValue(parser);
    } catch (JsonProcessingException bad) {
      throw Json.bad(bad);
    }
    return shape(workload);
  }

  /** As {@link #read(byte[])}, for a document that has been parsed already. */
  public static Read read(JsonNode node) throws BadDocument {
    Wire.@Nullable Workload workload;
    try {
      workload = READER.treeToValue(node, Wire.Workload.class);
    } catch (JsonProcessingException bad) {
      throw Json.bad(bad);
    }
    return shape(workload);
  }

  private static Read shape(Wire.@Nullable Workload workload) throws BadDocument {
    if (workload == null) {
      throw BadDocument.malformed("", "is empty where an object should be");
    }
    String kind = Shapes.text(workload.kind());
    if (kind.isEmpty()) {
      throw BadDocument.malformed("kind", "is missing");
    }
    String group = Kinds.group(Shapes.text(workload.apiVersion()));
    if (!Kinds.judged(group, kind)) {
      return new Read.NotAWorkload(kind);
    }
    Optional<Wire.Template> template = Kinds.template(kind, workload);
    if (template.isEmpty() || (template.get().spec() == null && makesNoPods(kind, workload))) {
      if (makesNoPods(kind, workload)) {
        return new Read.NothingToJudge(
            kind.equals("Rollout")
                ? "its pods come from the workload that workloadRef names, which is judged itself"
                : "it has no template, so it makes no pods");
      }
      throw BadDocument.malformed(Kinds.specField(kind), "is missing");
    }
    PodShape pod = Shapes.pod(template.get(), Kinds.specField(kind));
    Wire.Meta meta = workload.metadata();
    boolean mirror =
        kind.equals("Pod")
            && meta != null
            && meta.annotations() != null
            && meta.annotations().containsKey(MIRROR);
    return new Read.Workload(
        kind,
        group,
        names(meta),
        pod,
        kind.equals("Pod") ? owner(meta, pod) : Optional.empty(),
        mirror);
  }

  /** A Rollout may borrow another workload's template; a ReplicationController may have none. */
  private static boolean makesNoPods(String kind, Wire.Workload workload) {
    return (kind.equals("Rollout")
            && workload.spec() != null
            && workload.spec().workloadRef() != null)
        || kind.equals("ReplicationController");
  }

  private static Names names(Wire.@Nullable Meta meta) {
    return meta == null
        ? new Names(Optional.empty(), Optional.empty(), Optional.empty())
        : new Names(filled(meta.name()), filled(meta.generateName()), filled(meta.namespace()));
  }

  private static Optional<String> filled(@Nullable String text) {
    return Optional.ofNullable(text).filter(some -> !some.isEmpty());
  }

  /**
   * The controlling owner; of a ReplicaSet, the workload behind it as its name and the pod's hash
   * label tell.
   */
  private static Optional<Owner> owner(Wire.@Nullable Meta meta, PodShape pod) throws BadDocument {
    if (meta == null || meta.ownerReferences() == null) {
      return Optional.empty();
    }
    if (meta.ownerReferences().size() > MOST_OWNERS) {
      throw BadDocument.tooLarge(
          "metadata.ownerReferences", "has more than " + MOST_OWNERS + " entries");
    }
    for (Wire.OwnerReference owner : meta.ownerReferences()) {
      if (owner != null
          && Boolean.TRUE.equals(owner.controller())
          && owner.kind() != null
          && owner.name() != null) {
        return Optional.of(behind(owner.kind(), owner.name(), pod.labels()));
      }
    }
    return Optional.empty();
  }

  private static Owner behind(String kind, String name, Map<String, String> labels) {
    if (kind.equals("ReplicaSet")) {
      for (Map.Entry<String, String> maker :
          Map.of("pod-template-hash", "Deployment", "rollouts-pod-template-hash", "Rollout")
              .entrySet()) {
        String hash = labels.get(maker.getKey());
        if (hash != null && name.length() > hash.length() + 1 && name.endsWith("-" + hash)) {
          return new Owner(maker.getValue(), name.substring(0, name.length() - hash.length() - 1));
        }
      }
    }
    return new Owner(kind, name);
  }

  /**
   * The subject of an admission.
   *
   * @param namespace the request's, which counts, not the object's
   * @param name the request's name; empty while the API server has made none
   * @param before the object as it is, on UPDATE; empty judges everything
   */
  public static Subject subject(
      Read.Workload read,
      String namespace,
      String name,
      Operation operation,
      Requester requester,
      Optional<Read.Workload> before) {
    // Anybody may write the annotation; only a kubelet reports mirror pods.
    boolean mirror = read.mirrorAnnotation() && requester.in("system:nodes");
    return new Subject(
        new ObjectName(
            read.group(), read.kind(), namespace, name.isEmpty() ? read.names().shown() : name),
        read.owner(),
        operation,
        requester,
        read.pod(),
        before.map(Read.Workload::pod),
        mirror);
  }
}
