package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What people see, word for word; {@code -Dtidegate.write-goldens=true} writes the files anew, to
 * be read before they are committed.
 */
final class Golden {
  private static final Path FOLDER =
      ControlPlane.ROOT.resolve("src/test/resources/dev/tidegate/e2e");

  private Golden() {}

  /** Compares {@code seen} with the file {@code name}; uids are made equal first. */
  static void matches(String name, String seen) throws IOException {
    String plain =
        seen.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID");
    Path file = FOLDER.resolve(name + ".txt");
    if (Boolean.getBoolean("tidegate.write-goldens")) {
      Files.writeString(file, plain);
    }
    assertThat(plain).isEqualTo(Files.readString(file));
  }
}
