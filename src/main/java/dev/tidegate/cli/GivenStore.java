package dev.tidegate.cli;

import dev.tidegate.app.Assembly;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a gate remembers in its file, for a command that only looks: the file is read as a copy, so
 * that a running gate, which holds it, is not disturbed, and nothing is written to it. A copy of a
 * file that is being written is one of its last commit.
 *
 * @param folder where the copy is
 * @param archive the copy; empty where no store was given
 */
record GivenStore(Optional<Path> folder, Optional<Archive> archive, PrintWriter err)
    implements AutoCloseable {
  private static final String NAME = "store";

  /** The longest file that is copied, and so the longest that the copy may be: 4 GiB. */
  private static final long LONGEST = 4L << 30;

  /** Longest time for opening it. */
  private static final Duration OPENING = Duration.ofSeconds(30);

  GivenStore {
    Objects.requireNonNull(folder);
    Objects.requireNonNull(archive);
    Objects.requireNonNull(err);
  }

  /**
   * The store in {@code file}, sealed by the keys in {@code keys}; an empty one without both.
   *
   * @throws CommandFailure if one is given without the other, or cannot be used
   */
  static GivenStore of(@Nullable String file, @Nullable String keys, Invocation invocation)
      throws CommandFailure {
    if (file == null && keys == null) {
      return new GivenStore(Optional.empty(), Optional.empty(), invocation.err());
    }
    if (file == null || keys == null) {
      throw CommandFailure.usage("--store and --store-key belong together: give both");
    }
    Environment environment = invocation.environment();
    Seals seals;
    try {
      seals = Seals.read(environment.directory().resolve(keys));
    } catch (BadValue bad) {
      throw CommandFailure.usage("--store-key: " + bad.problem() + "; " + bad.fix());
    }
    Path folder = copy(environment.directory().resolve(file), invocation.err());
    Archive archive =
        Archive.at(
            folder.resolve(NAME),
            LONGEST,
            seals,
            Assembly.codecs(),
            environment.ticker(),
            new Telling(invocation.err()));
    GivenStore store = new GivenStore(Optional.of(folder), Optional.of(archive), invocation.err());
    try {
      if (archive.awaitUsable(OPENING)) {
        return store;
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    store.close();
    throw CommandFailure.usage("--store: " + file + " cannot be opened");
  }

  private static Path copy(Path file, PrintWriter err) throws CommandFailure {
    Optional<Path> folder = Optional.empty();
    try {
      if (Files.size(file) > LONGEST) {
        throw CommandFailure.usage("--store: " + file + " is longer than 4 GiB");
      }
      folder = Optional.of(Files.createTempDirectory("tidegate-store"));
      Files.copy(file, folder.get().resolve(NAME));
      return folder.get();
    } catch (IOException unreadable) {
      folder.ifPresent(one -> remove(one, err));
      throw CommandFailure.usage("--store: " + file + " cannot be read: " + unreadable);
    }
  }

  /** Tells what is wrong with the file. */
  private record Telling(PrintWriter err) implements StoreEvents {
    @Override
    public void defect(EvidenceKey<?> key, RuntimeException defect) {
      err.println("tidegate: a defect while reading the store");
      defect.printStackTrace(err);
    }

    @Override
    public void file(FileEvent event, String detail) {
      switch (event) {
        case OPENED -> {}
        case UNUSABLE -> err.println("tidegate: the store cannot be used: " + detail);
        case SET_ASIDE -> err.println("tidegate: the store is damaged: " + detail);
        case DAMAGED, FORGED ->
            err.println("tidegate: a record of the store is not believed: " + detail);
      }
    }
  }

  private static void remove(Path folder, PrintWriter err) {
    try (Stream<Path> content = Files.list(folder)) {
      for (Path one : content.toList()) {
        Files.delete(one);
      }
      Files.delete(folder);
    } catch (IOException left) {
      err.println("tidegate: " + folder + " could not be removed: " + left);
    }
  }

  /** Closes the copy, which may be closed already, and removes it. */
  @Override
  public void close() {
    archive.ifPresent(Archive::close);
    folder.ifPresent(one -> remove(one, err));
  }
}
