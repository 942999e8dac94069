package dev.tidegate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds and reads the files that a command line names: files, directories with all that is below
 * them, or standard input. Bounded in number, size and depth.
 */
final class ManifestFiles {
  /** The name of standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int MOST_FILES = 10_000;
  private static final int DEEPEST = 32;
  private static final int LONGEST = 10 * 1024 * 1024;
  private static final long LONGEST_TOGETHER = 256L * 1024 * 1024;

  private final Invocation invocation;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private long together;

  private ManifestFiles(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * The texts of all files, by name as people know it, in the order given and sorted within a
   * directory.
   *
   * @throws CommandFailure if one cannot be read or is over a bound
   */
  static Map<String, String> read(List<String> names, Invocation invocation) throws CommandFailure {
    ManifestFiles files = new ManifestFiles(invocation);
    for (String name : names) {
      files.add(name);
    }
    return files.texts;
  }

  /**
   * The bytes of one file or of standard input.
   *
   * @throws CommandFailure if it cannot be read or is over a bound
   */
  static byte[] bytes(String name, Invocation invocation) throws CommandFailure {
    if (name.equals(STANDARD_INPUT)) {
      return bounded(invocation.in(), "standard input");
    }
    Path file = invocation.environment().directory().resolve(name);
    if (!Files.exists(file)) {
      throw CommandFailure.usage(name + ": there is no such file; check the path after -f");
    }
    if (Files.isDirectory(file)) {
      throw CommandFailure.usage(name + " is a directory; name one file");
    }
    return bytes(file, name);
  }

  private void add(String name) throws CommandFailure {
    Path path = invocation.environment().directory().resolve(name);
    if (!name.equals(STANDARD_INPUT) && Files.isDirectory(path)) {
      for (Path file : within(path, name)) {
        put(Path.of(name).resolve(path.relativize(file)).toString(), bytes(file, name));
      }
    } else {
      put(name, bytes(name, invocation));
    }
  }

  private void put(String name, byte[] bytes) throws CommandFailure {
    together += bytes.length;
    if (together > LONGEST_TOGETHER) {
      throw CommandFailure.usage(
          name
              + ": the files are longer than "
              + LONGEST_TOGETHER / (1024 * 1024)
              + " MiB together; check them in parts");
    }
    try {
      texts.put(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      throw CommandFailure.usage(name + " is not text in UTF-8; save it as UTF-8");
    }
  }

  /** All manifests below {@code directory}; hidden files and directories are left out. */
  private static List<Path> within(Path directory, String name) throws CommandFailure {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(directory, java.util.Set.of(), DEEPEST, new Visitor(directory, files));
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          name + ": tried to read this directory, but could not: " + reason(unreadable));
    }
    if (files.size() > MOST_FILES) {
      throw CommandFailure.usage(
          name + " has more than " + MOST_FILES + " manifests; check it in parts");
    }
    files.sort(null);
    return files;
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> files;

    Visitor(Path root, List<Path> files) {
      this.root = root;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return !directory.equals(root) && hidden(directory)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isDirectory()) {
        throw new IOException("it is nested deeper than " + DEEPEST + " directories");
      }
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      boolean manifest = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
      // A symbolic link to a file counts: mounted ConfigMaps consist of them.
      if (manifest && !hidden(file) && Files.isRegularFile(file)) {
        files.add(file);
      }
      return files.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    private static boolean hidden(Path path) {
      return path.getFileName().toString().startsWith(".");
    }
  }

  private static byte[] bytes(Path file, String name) throws CommandFailure {
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, file.getFileName().toString());
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          name
              + ": tried to read "
              + file.getFileName()
              + ", but could not: "
              + reason(unreadable));
    }
  }

  private static byte[] bounded(InputStream in, String name) throws CommandFailure {
    byte[] bytes;
    try {
      bytes = in.readNBytes(LONGEST + 1);
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          "tried to read " + name + ", but could not: " + reason(unreadable));
    }
    if (bytes.length > LONGEST) {
      throw CommandFailure.usage(
          name + " is longer than " + LONGEST / (1024 * 1024) + " MiB; split it");
    }
    return bytes;
  }

  /** What an I/O failure means, in words. */
  static String reason(IOException failure) {
    return switch (failure) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.NoSuchFileException missing -> "there is no such file or directory";
      default -> failure.getMessage() == null ? "input/output error" : failure.getMessage();
    };
  }
}
