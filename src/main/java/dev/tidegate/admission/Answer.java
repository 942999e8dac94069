package dev.tidegate.admission;

import dev.tidegate.model.PlainText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the API server is told. */
public sealed interface Answer {
  /** Warnings to whoever applies. */
  List<String> warnings();

  /** Annotations for the API server's audit log; it puts the webhook's name before each key. */
  Map<String, String> audit();

  /**
   * Let it through.
   *
   * @param patch what changes in it; only the mutating call may say so
   */
  record Admit(List<String> warnings, Map<String, String> audit, Optional<JsonPatch> patch)
      implements Answer {
    public Admit {
      warnings = Bounds.warnings(warnings);
      audit = Bounds.audit(audit);
      Objects.requireNonNull(patch);
    }

    /** Let it through as it is. */
    public Admit(List<String> warnings, Map<String, String> audit) {
      this(warnings, audit, Optional.empty());
    }
  }

  /**
   * Refuse it.
   *
   * @param code HTTP status that the client gets: 403 for a violation, 503 for what could not be
   *     decided
   * @param reason the word that belongs to it in Kubernetes: Forbidden, ServiceUnavailable
   * @param message what kubectl prints; never empty
   * @param causes one per field, at most 50
   */
  record Refuse(
      int code,
      String reason,
      String message,
      List<Cause> causes,
      List<String> warnings,
      Map<String, String> audit)
      implements Answer {
    private static final int MOST_CAUSES = 50;

    public Refuse {
      Objects.requireNonNull(reason);
      if (code < 400 || code > 599 || message.isBlank()) {
        // The API server turns a lower code into 400 and prints "without explanation".
        throw new IllegalArgumentException("a refusal has a code from 400 to 599 and a message");
      }
      causes = causes.stream().limit(MOST_CAUSES).toList();
      warnings = Bounds.warnings(warnings);
      audit = Bounds.audit(audit);
    }
  }

  /**
   * One reason of a refusal, for programs.
   *
   * @param check id of the check
   * @param field path of the field from the root of the object; empty when none is meant
   * @param message the problem
   */
  record Cause(String check, String field, String message) {}

  /**
   * What the API server passes on: a warning with a control character is dropped without any sign;
   * once all together exceed 4,096 characters each is cut and the rest dropped.
   */
  final class Bounds {
    private static final int LONGEST_WARNING = 120;
    private static final int ALL_WARNINGS = 3_800;
    private static final int MOST_ANNOTATIONS = 32;
    private static final int LONGEST_ANNOTATION = 1_000;

    private Bounds() {}

    private static List<String> warnings(List<String> wanted) {
      List<String> kept = new ArrayList<>();
      int length = 0;
      for (String warning : wanted) {
        String plain = PlainText.of(warning, LONGEST_WARNING);
        length += plain.length();
        if (length > ALL_WARNINGS) {
          break;
        }
        kept.add(plain);
      }
      return List.copyOf(kept);
    }

    private static Map<String, String> audit(Map<String, String> wanted) {
      Map<String, String> kept = new LinkedHashMap<>();
      for (Map.Entry<String, String> entry : wanted.entrySet()) {
        if (kept.size() == MOST_ANNOTATIONS) {
          break;
        }
        kept.put(entry.getKey(), PlainText.of(entry.getValue(), LONGEST_ANNOTATION));
      }
      return Collections.unmodifiableMap(kept);
    }
  }
}
