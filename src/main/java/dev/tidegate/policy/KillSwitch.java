package dev.tidegate.policy;

import dev.tidegate.document.Problem;
import dev.tidegate.document.Words;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The global mode, from a file of its own, so that it works whatever is wrong with the policies. A
 * scheduler calls {@link #poll}. What cannot be understood changes nothing.
 */
public final class KillSwitch {
  private static final int LONGEST = 64;

  private final Path file;
  private volatile GlobalMode current;
  private volatile Optional<Problem> problem = Optional.empty();
  private boolean everRead;

  /**
   * A switch in {@code file}, which need not exist.
   *
   * @param atFirst the mode until a file could be read
   */
  public KillSwitch(Path file, GlobalMode atFirst) {
    this.file = Objects.requireNonNull(file);
    this.current = Objects.requireNonNull(atFirst);
  }

  /** The mode in force. */
  public GlobalMode current() {
    return current;
  }

  /** Why the file could not be understood, so that an older mode is in force. */
  public Optional<Problem> problem() {
    return problem;
  }

  /**
   * Reads the file.
   *
   * @return whether another mode is in force now
   */
  public synchronized boolean poll() {
    GlobalMode before = current;
    try {
      accept(content());
    } catch (NoSuchFileException missing) {
      problem = everRead ? Optional.of(problem("the file is gone")) : Optional.empty();
    } catch (IOException unreadable) {
      problem = Optional.of(problem("cannot be read: " + unreadable.getMessage()));
    }
    return current != before;
  }

  private String content() throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
      throw new IOException("it is not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new IOException("it is longer than " + LONGEST + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8).strip();
    }
  }

  private void accept(String content) {
    everRead = true;
    for (GlobalMode mode : GlobalMode.values()) {
      if (Words.of(mode).equals(content)) {
        current = mode;
        problem = Optional.empty();
        return;
      }
    }
    problem = Optional.of(problem("\"" + PlainText.of(content, 40) + "\" is not a mode"));
  }

  private Problem problem(String what) {
    return new Problem(
        Problem.Severity.ERROR,
        file.toString(),
        0,
        "",
        what + "; " + Words.of(current) + " stays in force.",
        "write one word, enforce or audit.");
  }
}
