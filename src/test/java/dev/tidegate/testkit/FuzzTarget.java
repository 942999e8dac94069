package dev.tidegate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One reader of bytes that others wrote, and what must hold whatever the bytes are.
 *
 * @param name as {@code make fuzz TARGET=…} has it; its seeds lie in {@code
 *     src/test/resources/fuzz/NAME}
 * @param generated seeds that are made, not stored
 * @param body reads; throws nothing but {@link Broken} and what a defect throws
 */
public record FuzzTarget(String name, List<Seed> generated, Body body) {
  public FuzzTarget {
    generated = List.copyOf(generated);
  }

  /** Reads bytes. What is declared for bad ones is caught in it; all that it throws is a defect. */
  @FunctionalInterface
  public interface Body {
    void read(byte[] data) throws Exception;
  }

  /** Bytes to start from. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Seed(byte[] bytes) {}

  /** A target whose seeds are all stored. */
  public static FuzzTarget of(String name, Body body) {
    return new FuzzTarget(name, List.of(), body);
  }

  /** A target with {@code seeds} beside those that are stored. */
  public static FuzzTarget of(String name, List<byte[]> seeds, Body body) {
    return new FuzzTarget(name, seeds.stream().map(Seed::new).toList(), body);
  }

  /** What must hold does not. */
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Broken(String what) {
      super(what);
    }
  }

  /** Fails with {@code otherwise} unless {@code holds}. */
  public static void must(boolean holds, String otherwise) {
    if (!holds) {
      throw new Broken(otherwise);
    }
  }

  /** Fails unless the two are equal. */
  public static void same(Object expected, Object actual, String what) {
    must(Objects.equals(expected, actual), what + ": " + actual + " instead of " + expected);
  }

  /** A stored file below {@code src/test/resources}. */
  public static byte[] resource(String file) {
    try {
      return Files.readAllBytes(resources().resolve(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** {@code text} as bytes. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All seeds, in an order that does not change. */
  public List<byte[]> seeds() {
    List<byte[]> all = new ArrayList<>(generated.stream().map(Seed::bytes).toList());
    Path stored = resources().resolve("fuzz").resolve(name);
    if (Files.isDirectory(stored)) {
      try (Stream<Path> files = Files.list(stored)) {
        for (Path file : files.sorted().toList()) {
          all.add(Files.readAllBytes(file));
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return all;
  }

  private static Path resources() {
    return Path.of(System.getProperty("tidegate.basedir", "."), "src/test/resources");
  }
}
