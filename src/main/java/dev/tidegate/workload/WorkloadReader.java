package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads objects of the judged kinds: what pod they are, or make.
 *
 * <p>It goes from token to token, without a tree or reflection: this is on the path of every
 * admission, and half the cost of binding to records.
 */
public final class WorkloadReader {
  private static final List<Maker> MAKERS =
      List.of(
          new Maker("rollouts-pod-template-hash", "Rollout"),
          new Maker("pod-template-hash", "Deployment"));

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
   * Reads the JSON of one object, and nothing after it.
   *
   * @throws BadDocument if it is malformed or over a bound
   */
  public static Read read(byte[] json) throws BadDocument {
    return read(json, 0, json.length);
  }

  /** As {@link #read(byte[])}, for a part of {@code json}. */
  public static Read read(byte[] json, int offset, int length) throws BadDocument {
    try (JsonParser parser = Json.MAPPER.getFactory().createParser(json, offset, length)) {
      parser.nextToken();
      Read read = read(parser);
      if (parser.nextToken() != null) {
        throw BadDocument.malformed("", "goes on after the end of the object; send one object");
      }
      return read;
    } catch (IOException bad) {
      throw Json.bad(bad);
    }
  }

  /** As {@link #read(byte[])}, for a document that has been parsed already. */
  public static Read read(JsonNode node) throws BadDocument {
    try (JsonParser parser = node.traverse(Json.MAPPER)) {
      parser.nextToken();
      return read(parser);
    } catch (IOException bad) {
      throw Json.bad(bad);
    }
  }

  /**
   * As {@link #read(byte[])}, for an object within a larger document.
   *
   * @param parser at the object's opening brace; afterwards, also when the object's shape is wrong,
   *     at its closing brace
   * @throws IOException if the JSON itself is broken or over a bound of the parser
   */
  public static Read read(JsonParser parser) throws BadDocument, IOException {
    Cursor at = Cursor.at(parser);
    try {
      return read(at);
    } catch (BadDocument shape) {
      at.leave();
      throw shape;
    }
  }

  private static Read read(Cursor at) throws BadDocument, IOException {
    String apiVersion = "";
    String kind = "";
    // The API server sends apiVersion and kind first; people write fields in any order.
    ObjectNode early = Json.MAPPER.createObjectNode();
    String field = at.next();
    while (field != null) {
      switch (field) {
        case "apiVersion" -> apiVersion = at.text();
        case "kind" -> kind = at.text();
        default -> early.set(field, at.tree());
      }
      field = at.next();
      if (!apiVersion.isEmpty() && !kind.isEmpty()) {
        break;
      }
    }
    if (kind.isEmpty()) {
      throw BadDocument.malformed("kind", "is missing");
    }
    String group = Kinds.group(apiVersion);
    if (!Kinds.judged(group, kind)) {
      at.leave();
      return new Read.NotAWorkload(kind);
    }
    TemplateReader reader = new TemplateReader(kind);
    take(reader, early);
    for (; field != null; field = at.next()) {
      if (field.equals("kind") || field.equals("apiVersion")) {
        throw BadDocument.malformed(field, "is there twice");
      }
      reader.take(at, field);
    }
    return result(group, kind, reader);
  }

  private static void take(TemplateReader reader, ObjectNode early)
      throws BadDocument, IOException {
    if (early.isEmpty()) {
      return;
    }
    try (JsonParser parser = early.traverse(Json.MAPPER)) {
      parser.nextToken();
      Cursor at = Cursor.at(parser);
      for (String field = at.next(); field != null; field = at.next()) {
        reader.take(at, field);
      }
    }
  }

  private static Read result(String group, String kind, TemplateReader reader) throws BadDocument {
    Optional<String> none = reader.makesNoPods();
    if (none.isPresent()) {
      return new Read.NothingToJudge(none.get());
    }
    ObjectMeta meta = reader.meta();
    boolean pod = kind.equals("Pod");
    return new Read.Workload(
        kind,
        group,
        new Names(filled(meta.name()), filled(meta.generateName()), filled(meta.namespace())),
        reader.pod(),
        pod ? meta.controller().map(owner -> behind(owner, meta.labels())) : Optional.empty(),
        pod && meta.mirrorAnnotation());
  }

  private static Optional<String> filled(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * The workload behind a pod's controller: Deployments and Rollouts put a ReplicaSet between
   * themselves and the pod, named after them with a hash that the pod carries as a label.
   */
  private static Owner behind(ObjectMeta.Controller owner, Map<String, String> labels) {
    if (owner.kind().equals("ReplicaSet")) {
      String name = owner.name();
      for (Maker maker : MAKERS) {
        String ending = "-" + labels.getOrDefault(maker.label(), "");
        if (ending.length() > 1 && name.length() > ending.length() && name.endsWith(ending)) {
          return new Owner(maker.kind(), name.substring(0, name.length() - ending.length()));
        }
      }
    }
    return new Owner(owner.kind(), owner.name());
  }

  /** A kind that makes ReplicaSets, and the label in which it puts their hash. */
  private record Maker(String label, String kind) {}

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
    // Anybody may write the annotation; only a kubelet reports mirror pods, by creating them.
    boolean mirror =
        operation == Operation.CREATE && read.mirrorAnnotation() && requester.in("system:nodes");
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
