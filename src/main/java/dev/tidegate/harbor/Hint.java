package dev.tidegate.harbor;

import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a callback of Harbor says has happened. It is a reason to look, and never a fact: anybody
 * who knows the secret can send it, and it may be late, doubled, out of order or missing.
 */
public sealed interface Hint {
  /** A short word for metrics; there are few of them, whatever is sent. */
  String word();

  /**
   * A manifest was pushed: an image, an index, a part of one, a signature or anything else.
   *
   * @param repository with the project, without the host
   * @param digest of that very manifest
   * @param tag that was pushed; empty for a push by digest. It may point elsewhere by now
   */
  record Pushed(String repository, Digest digest, Optional<String> tag) implements Hint {
    public Pushed {
      Objects.requireNonNull(repository);
      Objects.requireNonNull(digest);
      Objects.requireNonNull(tag);
    }

    @Override
    public String word() {
      return "pushed";
    }
  }

  /**
   * A manifest was deleted; parts of a deleted index are deleted without being told of.
   *
   * @param tag that it had; empty when it had none
   */
  record Deleted(String repository, Digest digest, Optional<String> tag) implements Hint {
    public Deleted {
      Objects.requireNonNull(repository);
      Objects.requireNonNull(digest);
      Objects.requireNonNull(tag);
    }

    @Override
    public String word() {
      return "deleted";
    }
  }

  /** What a scan looked for. */
  enum Kind {
    VULNERABILITIES,
    /** A list of contents was made. */
    SBOM,
    /** It is not said, as in scans of the whole system. */
    UNSAID
  }

  /** How a scan ended. */
  enum End {
    COMPLETED,
    FAILED,
    STOPPED
  }

  /** A scan has ended. What it found is not in the hint: it is read. */
  record Scanned(String repository, Digest digest, Kind kind, End end) implements Hint {
    public Scanned {
      Objects.requireNonNull(repository);
      Objects.requireNonNull(digest);
      Objects.requireNonNull(kind);
      Objects.requireNonNull(end);
    }

    @Override
    public String word() {
      return switch (end) {
        case COMPLETED -> "scan_completed";
        case FAILED -> "scan_failed";
        case STOPPED -> "scan_stopped";
      };
    }
  }

  /**
   * Artifacts were copied from or to another registry.
   *
   * @param projects that may be concerned; Harbor mixes up source and destination, so both
   */
  record Replicated(List<String> projects) implements Hint {
    public Replicated {
      projects = List.copyOf(projects);
    }

    @Override
    public String word() {
      return "replicated";
    }
  }

  /**
   * Tags were removed by a project's rules.
   *
   * @param project empty if not said
   */
  record Retained(Optional<String> project) implements Hint {
    public Retained {
      Objects.requireNonNull(project);
    }

    @Override
    public String word() {
      return "tag_retention";
    }
  }

  /** A quota is nearly or wholly used up: pushes may fail, evidence stays as it is. */
  record Quota(boolean exceeded) implements Hint {
    @Override
    public String word() {
      return exceeded ? "quota_exceeded" : "quota_warned";
    }
  }

  /** Something was pulled, which changes nothing. */
  record Pulled() implements Hint {
    @Override
    public String word() {
      return "pulled";
    }
  }

  /** Something that this version does not know. */
  record Unknown(String type) implements Hint {
    public Unknown {
      type = PlainText.of(type, 100);
    }

    @Override
    public String word() {
      return "unknown";
    }
  }
}
