package dev.tidegate.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.WorkloadReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Subjects of real manifests. */
final class CorpusSubjects {
  private CorpusSubjects() {}

  /** All objects of a YAML file. */
  static List<Manifest> manifests(String file, String text) {
    Manifests manifests = new Manifests();
    manifests.read(file, text);
    if (!manifests.problems().isEmpty()) {
      throw new AssertionError(manifests.problems());
    }
    return manifests.objects();
  }

  /** The one workload of a YAML file, as it is and, for a controller, as the pod it makes. */
  static List<Subject> only(String file, String text) {
    List<Subject> subjects =
        manifests(file, text).stream().flatMap(object -> of(object.object()).stream()).toList();
    if (subjects.isEmpty()) {
      throw new AssertionError("no workload in " + file);
    }
    return subjects;
  }

  /** An object as it is, if its kind is judged, and the pod that it makes, if it has a template. */
  static List<Subject> of(JsonNode object) {
    List<Subject> subjects = new ArrayList<>();
    read(object).ifPresent(subjects::add);
    Reviews.podOf(object).flatMap(CorpusSubjects::read).ifPresent(subjects::add);
    return subjects;
  }

  private static Optional<Subject> read(JsonNode object) {
    WorkloadReader.Read read;
    try {
      read = WorkloadReader.read(object);
    } catch (BadDocument bad) {
      throw new AssertionError(object.toString(), bad);
    }
    return switch (read) {
      case WorkloadReader.Read.Workload workload ->
          Optional.of(
              WorkloadReader.subject(
                  workload,
                  workload.names().namespace().orElse("default"),
                  workload.names().name().orElse(""),
                  Operation.CREATE,
                  new Requester("jane", List.of("developers")),
                  Optional.empty()));
      case WorkloadReader.Read.NothingToJudge nothing -> Optional.empty();
      case WorkloadReader.Read.NotAWorkload other -> Optional.empty();
    };
  }
}
