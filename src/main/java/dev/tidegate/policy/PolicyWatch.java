package dev.tidegate.policy;

import dev.tidegate.document.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The policies in force, read anew when their files change. A scheduler calls {@link #poll}; a set
 * with an error never replaces the last good one.
 */
public final class PolicyWatch {
  /**
   * Files that are younger than this may change again without a trace in their times, so they are
   * read again.
   */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final PolicyLoader loader;
  private final Path where;
  private final InstantSource clock;
  private final Listener listener;
  private final AtomicReference<PolicySet> current = new AtomicReference<>(PolicySet.EMPTY);
  private volatile List<Problem> problems = List.of();
  private Optional<FileStamps> settled = Optional.empty();
  private Optional<Reload> last = Optional.empty();

  /**
   * A watch on {@code where}; nothing is read before the first {@link #poll}.
   *
   * @param clock tells which files are too young to be believed unchanged
   */
  public PolicyWatch(PolicyLoader loader, Path where, InstantSource clock, Listener listener) {
    this.loader = Objects.requireNonNull(loader);
    this.where = Objects.requireNonNull(where);
    this.clock = Objects.requireNonNull(clock);
    this.listener = Objects.requireNonNull(listener);
  }

  /** What came of reading changed files. */
  public sealed interface Reload {
    /** All that is wrong. */
    List<Problem> problems();

    /** {@code set} is in force now. */
    record Replaced(PolicySet set, List<Problem> problems) implements Reload {
      public Replaced {
        problems = List.copyOf(problems);
      }
    }

    /** The files cannot be used; {@code kept} stays in force. */
    record Refused(PolicySet kept, List<Problem> problems) implements Reload {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Is told of what came of reading changed files, once for each change. */
  @FunctionalInterface
  public interface Listener {
    /** Called by {@link #poll}, after {@link #current} changed. */
    void reloaded(Reload reload);
  }

  /** The policies in force; the empty set of generation 0 before any could be read. */
  public PolicySet current() {
    return current.get();
  }

  /** What is wrong with the files as last read; errors mean that older policies are in force. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * Looks whether the files changed, and reads them if so. While they have errors they are read
   * each time, since some errors go by themselves.
   *
   * @return whether other policies are in force now
   */
  public synchronized boolean poll() {
    if (settled.isPresent() && settled.equals(stamps())) {
      return false;
    }
    Instant reading = clock.instant();
    PolicyDirectory directory = PolicyDirectory.read(where);
    String fingerprint = PolicyLoader.fingerprint(directory.files());
    boolean known =
        last.filter(Reload.Replaced.class::isInstance).isPresent()
            && directory.troubles().isEmpty()
            && fingerprint.equals(current().fingerprint());
    if (known) {
      settle(directory, reading);
      return false;
    }
    Loaded loaded = loader.load(directory, where.toString());
    problems = loaded.problems();
    settled = Optional.empty();
    if (loaded.set().isEmpty()) {
      tell(new Reload.Refused(current(), loaded.problems()));
      return false;
    }
    settle(directory, reading);
    PolicySet found = loaded.set().get();
    boolean changed = !found.fingerprint().equals(current().fingerprint());
    if (changed) {
      current.set(found.as(current().generation() + 1));
    }
    tell(new Reload.Replaced(current(), loaded.problems()));
    return changed;
  }

  private Optional<FileStamps> stamps() {
    try {
      return Optional.of(FileStamps.of(where));
    } catch (IOException unreadable) {
      // Reading it comes next, and reports why it cannot be read.
      return Optional.empty();
    }
  }

  private void settle(PolicyDirectory directory, Instant reading) {
    settled = directory.stamps().filter(stamps -> stamps.before(reading.minus(SETTLED)));
  }

  private void tell(Reload reload) {
    if (!last.equals(Optional.of(reload))) {
      last = Optional.of(reload);
      listener.reloaded(reload);
    }
  }
}
