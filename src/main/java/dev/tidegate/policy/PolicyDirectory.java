package dev.tidegate.policy;

import dev.tidegate.document.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a policy directory as of one moment.
 *
 * @param stamps their outside; empty if they could not be read at one moment
 * @param files in lexical order
 * @param troubles what could not be read
 */
record PolicyDirectory(
    Optional<FileStamps> stamps, List<PolicyFile> files, List<Trouble> troubles) {
  /** Most files of a directory. */
  static final int MOST_FILES = 200;

  /** Longest file, in bytes. */
  static final int LONGEST_FILE = 1 << 20;

  /** How often it is tried to read files that are being replaced meanwhile. */
  private static final int MOST_TRIES = 5;

  PolicyDirectory {
    Objects.requireNonNull(stamps);
    files = List.copyOf(files);
    troubles = List.copyOf(troubles);
  }

  /** A file, or the directory (with an empty name), that could not be read. */
  record Trouble(String file, String problem, String fix) {}

  /** Reads the policy files of {@code where}, a directory or a single file. */
  static PolicyDirectory read(Path where) {
    String why = "changes all the time";
    for (int i = 0; i < MOST_TRIES; i++) {
      try {
        FileStamps before = FileStamps.of(where);
        PolicyDirectory read = contents(before);
        if (before.equals(FileStamps.of(where))) {
          return read;
        }
      } catch (NoSuchFileException gone) {
        // The files of a ConfigMap vanish when it is replaced; then the next try finds the new
        // ones.
        why = "there is no " + gone.getFile();
      } catch (AccessDeniedException denied) {
        return unreadable(where, "access to " + denied.getFile() + " is denied");
      } catch (IOException trouble) {
        return unreadable(where, String.valueOf(trouble.getMessage()));
      }
    }
    return unreadable(where, why);
  }

  private static PolicyDirectory unreadable(Path where, String why) {
    return new PolicyDirectory(
        Optional.empty(),
        List.of(),
        List.of(
            new Trouble(
                "",
                "cannot read " + where + ": " + why,
                "give a readable directory with policy files")));
  }

  private static PolicyDirectory contents(FileStamps stamps) throws IOException {
    List<PolicyFile> files = new ArrayList<>();
    List<Trouble> troubles = new ArrayList<>();
    if (stamps.stamps().size() > MOST_FILES) {
      troubles.add(
          new Trouble(
              "", "there are more than " + MOST_FILES + " policy files", "merge or remove some"));
      return new PolicyDirectory(Optional.of(stamps), files, troubles);
    }
    for (FileStamps.Stamp stamp : stamps.stamps()) {
      if (!stamp.regular()) {
        troubles.add(
            new Trouble(
                stamp.name(),
                "is not a file",
                "rename or remove it; directories are not searched"));
        continue;
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(stamp.path())) {
        bytes = in.readNBytes(LONGEST_FILE + 1);
      }
      if (bytes.length > LONGEST_FILE) {
        troubles.add(
            new Trouble(stamp.name(), "is longer than 1 MiB", "split it into several files"));
        continue;
      }
      try {
        files.add(new PolicyFile(stamp.name(), text(bytes)));
      } catch (CharacterCodingException notText) {
        troubles.add(new Trouble(stamp.name(), "is not UTF-8 text", "save it as UTF-8"));
      }
    }
    return new PolicyDirectory(Optional.of(stamps), files, troubles);
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Adds what could not be read to {@code problems}. */
  void report(Problems problems) {
    troubles.forEach(
        trouble -> problems.error(trouble.file(), 0, "", trouble.problem(), trouble.fix()));
  }
}
