package dev.tidegate.admission;

import dev.tidegate.model.PlainText;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the API server is told. */
public sealed interface Answer {
  /** For whoever applies: each on one line. */
  List<String> warnings();

  /** For the API server's audit log. */
  Map<String, String> audit();

  /** The request goes through. */
  record Admit(List<String> warnings, Map<String, String> audit) implements Answer {
    public Admit {
      warnings = List.copyOf(warnings);
      audit = Map.copyOf(audit);
    }
  }

  /**
   * The request does not go through.
   *
   * @param code HTTP status that the client sees
   * @param reason machine-readable reason (meta/v1 Status); without both, clients see a bare 400
   * @param message for people, its first line carrying the whole meaning
   * @param causes one per problem, in {@code status.details.causes}
   */
  record Refuse(
      int code,
      String reason,
      String message,
      List<Cause> causes,
      List<String> warnings,
      Map<String, String> audit)
      implements Answer {
    public Refuse {
      Objects.requireNonNull(reason);
      Objects.requireNonNull(message);
      causes = List.copyOf(causes);
      warnings = List.copyOf(warnings);
      audit = Map.copyOf(audit);
    }
  }

  /**
   * One problem for machines.
   *
   * @param check id of the check
   * @param field path of the field to look at
   * @param message what is wrong
   */
  record Cause(String check, String field, String message) {
    public Cause {
      message = PlainText.of(message, 500);
    }
  }
}
