package dev.tidegate.policy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a policy directory without reading its files: equal stamps mean unchanged files,
 * but for changes within the resolution of the file system's times.
 *
 * @param real where the files really are: behind the {@code ..data} link of a mounted ConfigMap
 * @param stamps the files in lexical order
 */
record FileStamps(Path real, List<Stamp> stamps) {
  /** Most entries of a directory, of whatever name. */
  static final int MOST_ENTRIES = 2000;

  /** What a mounted ConfigMap calls the link to its present files. */
  private static final String DATA = "..data";

  FileStamps {
    stamps = List.copyOf(stamps);
  }

  /** A file's outside. */
  record Stamp(Path path, boolean regular, long size, FileTime modified, String key) {
    String name() {
      return String.valueOf(path.getFileName());
    }
  }

  /**
   * Looks at {@code where}, a directory or a single file.
   *
   * @throws IOException if it cannot be looked at, or has too many entries
   */
  static FileStamps of(Path where) throws IOException {
    if (!Files.isDirectory(where)) {
      return new FileStamps(where.toRealPath(), List.of(stamp(where)));
    }
    Path data = where.resolve(DATA);
    Path real = (Files.exists(data, LinkOption.NOFOLLOW_LINKS) ? data : where).toRealPath();
    List<Path> paths = new ArrayList<>();
    int entries = 0;
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(real)) {
      for (Path path : listing) {
        if (++entries > MOST_ENTRIES) {
          throw new IOException("there are more than " + MOST_ENTRIES + " entries");
        }
        if (isPolicy(String.valueOf(path.getFileName()))) {
          paths.add(path);
        }
      }
    } catch (DirectoryIteratorException broken) {
      throw broken.getCause();
    }
    paths.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
    List<Stamp> stamps = new ArrayList<>();
    for (Path path : paths) {
      stamps.add(stamp(path));
    }
    return new FileStamps(real, stamps);
  }

  private static boolean isPolicy(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (lower.endsWith(".yaml")
            || lower.endsWith(".yml")
            || lower.endsWith(".json")
            || Materials.isMaterial(name));
  }

  private static Stamp stamp(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(
        path,
        attributes.isRegularFile(),
        attributes.size(),
        attributes.lastModifiedTime(),
        String.valueOf(attributes.fileKey()));
  }

  /**
   * Whether the newest file is older than {@code moment}: else it may have been written again
   * without a trace in its times.
   */
  boolean before(Instant moment) {
    return stamps.stream().allMatch(stamp -> stamp.modified().toInstant().isBefore(moment));
  }
}
