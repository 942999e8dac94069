package dev.tidegate.harbor.admin;

import java.util.Comparator;
import java.util.Objects;

/**
 * One right of a robot account, in Harbor's words.
 *
 * @param project the project that it is for, {@code *} for all of them, those to come included;
 *     {@code /} for a right about the whole Harbor
 * @param resource what is used, {@code repository}
 * @param action how, {@code pull}
 */
public record Access(String project, String resource, String action) implements Comparable<Access> {
  /** Where rights about the whole Harbor are. */
  public static final String SYSTEM = "/";

  /** All projects. */
  public static final String ALL = "*";

  public Access {
    Objects.requireNonNull(project);
    Objects.requireNonNull(resource);
    Objects.requireNonNull(action);
  }

  /** Whether it is about the whole Harbor. */
  boolean system() {
    return project.equals(SYSTEM);
  }

  /** What it is without the place, {@code repository:pull}. */
  public String name() {
    return resource + ":" + action;
  }

  @Override
  public int compareTo(Access other) {
    return Comparator.comparing(Access::project)
        .thenComparing(Access::resource)
        .thenComparing(Access::action)
        .compare(this, other);
  }

  /** {@code repository:pull on all projects}. */
  @Override
  public String toString() {
    return name()
        + (system()
            ? " on the system"
            : project.equals(ALL) ? " on all projects" : " on " + project);
  }
}
