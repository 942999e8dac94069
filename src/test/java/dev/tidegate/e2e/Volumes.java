package dev.tidegate.e2e;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Volumes below one folder, written as a kubelet writes those of ConfigMaps and Secrets.
 *
 * @param root what stands for {@code /etc/tidegate}
 */
record Volumes(Path root) {
  /** Replaces the files of {@code volume}: a folder beside, then one switch of {@code ..data}. */
  void mount(String volume, Map<String, String> files) throws IOException {
    Path at = Files.createDirectories(root.resolve(volume));
    Path fresh = Files.createDirectory(at.resolve(".." + UUID.randomUUID()));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(fresh.resolve(file.getKey()), file.getValue());
    }
    Path link = at.resolve("..data");
    Path before = Files.isSymbolicLink(link) ? at.resolve(Files.readSymbolicLink(link)) : fresh;
    Path next = at.resolve("..data_tmp");
    Files.createSymbolicLink(next, fresh.getFileName());
    try {
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException odd) {
      throw new IllegalStateException("no atomic rename here", odd);
    }
    for (String name : files.keySet()) {
      Path visible = at.resolve(name);
      if (!Files.isSymbolicLink(visible)) {
        Files.createSymbolicLink(visible, Path.of("..data", name));
      }
    }
    try (Stream<Path> all = Files.list(at)) {
      for (Path entry : all.toList()) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..") && !files.containsKey(name)) {
          Files.delete(entry);
        }
      }
    }
    if (!before.equals(fresh)) {
      Folders.delete(before);
    }
  }
}
