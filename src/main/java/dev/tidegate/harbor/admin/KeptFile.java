package dev.tidegate.harbor.admin;

import dev.tidegate.net.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files with secrets: written whole or not at all, and for their owner alone. */
final class KeptFile {
  private KeptFile() {}

  /**
   * Finds out whether {@code file} could be written, before there is a secret that would be lost.
   *
   * @throws IOException if not
   */
  static void prepare(Path file) throws IOException {
    Files.delete(beside(file));
  }

  /** Writes {@code text}, in place of what was there. */
  static void write(Path file, String text) throws IOException {
    Path fresh = beside(file);
    try {
      Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** An empty file in the same folder, which only its owner may read. */
  private static Path beside(Path file) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] owner =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return Files.createTempFile(file.toAbsolutePath().getParent(), ".tidegate", ".tmp", owner);
  }

  /** Where the password of {@code credentials} is. */
  static Path of(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Basic(String name, Path file) -> file;
      case Credentials.HelperOutput(Path file) -> file;
      case Credentials.DockerConfig(String registry, Path file) -> file;
    };
  }
}
