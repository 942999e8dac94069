package dev.tidegate.workload;

import dev.tidegate.model.PodShape;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the pod template in an object of a judged kind, whatever the order of its fields. */
final class TemplateReader {
  private final String kind;
  private final String podSpec;
  private final String template;
  private ObjectMeta meta = ObjectMeta.NONE;
  private Map<String, String> templateLabels = Map.of();
  private @Nullable PodSpecReader pod;
  private boolean workloadRef;

  TemplateReader(String kind) {
    this.kind = kind;
    this.podSpec = Kinds.specField(kind);
    this.template = podSpec.equals("spec") ? "" : podSpec.substring(0, podSpec.lastIndexOf('.'));
  }

  /** Takes the value of one field of the object itself. */
  void take(Cursor at, String field) throws IOException, BadDocument {
    if (field.equals("metadata")) {
      meta = MetaReader.read(at);
    } else {
      descend(at, field);
    }
  }

  /** Reads what {@code path} leads to if that is the template; passes over everything else. */
  private void descend(Cursor at, String path) throws IOException, BadDocument {
    if (path.equals(podSpec)) {
      pod = at.isNull() ? null : PodSpecReader.read(at, podSpec);
    } else if (path.equals(template)) {
      template(at);
    } else if (podSpec.startsWith(path) && podSpec.charAt(path.length()) == '.') {
      pod = null;
      if (at.object()) {
        for (String field = at.next(); field != null; field = at.next()) {
          descend(at, path + "." + field);
        }
      }
    } else if (path.equals("spec.workloadRef") && kind.equals("Rollout")) {
      workloadRef = at.object();
      at.skip();
    } else {
      at.skip();
    }
  }

  private void template(Cursor at) throws IOException, BadDocument {
    pod = null;
    templateLabels = Map.of();
    if (at.object()) {
      pod = PodSpecReader.empty(podSpec);
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "metadata" -> templateLabels = MetaReader.read(at).labels();
          case "spec" -> pod = PodSpecReader.read(at, podSpec);
          default -> at.skip();
        }
      }
    }
  }

  ObjectMeta meta() {
    return meta;
  }

  /** Why the object makes no pods of its own, if it makes none. */
  Optional<String> makesNoPods() {
    // A client that writes Rollouts from Go types sends an empty template along with workloadRef.
    if (workloadRef && (pod == null || pod.isEmpty())) {
      return Optional.of(
          "its pods come from the workload that workloadRef names, which is judged itself");
    }
    if (pod == null && kind.equals("ReplicationController")) {
      return Optional.of("it has no template, so it makes no pods");
    }
    return Optional.empty();
  }

  /**
   * The pod.
   *
   * @throws BadDocument if there is none, or one without containers
   */
  PodShape pod() throws BadDocument {
    if (pod == null) {
      throw BadDocument.malformed(podSpec, "is missing");
    }
    return pod.pod(kind.equals("Pod") ? meta.labels() : templateLabels);
  }
}
