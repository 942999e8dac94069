package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One corpus of real material, in the directory that the system property {@code tidegate.corpus}
 * names. Without it the test class is skipped, and says so; with {@code
 * tidegate.corpus.required=true} it fails. After the class one line tells how many cases were run.
 *
 * <p>Use: {@code @RegisterExtension static final Corpus CORPUS = Corpus.named("istio-injected");}
 */
public final class Corpus implements BeforeAllCallback, AfterAllCallback {
  private final String name;
  private final Path directory;
  private final AtomicInteger run = new AtomicInteger();
  private final AtomicInteger skipped = new AtomicInteger();

  private Corpus(String name) {
    this.name = name;
    this.directory = Path.of(System.getProperty("tidegate.corpus", ""), name);
  }

  /** The corpus {@code name}, whether it is there or not. */
  public static Corpus named(String name) {
    return new Corpus(name);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (Files.isDirectory(directory)) {
      return;
    }
    String why = "corpus " + name + ": all cases skipped, there is no directory " + directory;
    System.err.println(why);
    if (Boolean.getBoolean("tidegate.corpus.required")) {
      Assertions.fail(why);
    }
    Assumptions.abort(why);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (Files.isDirectory(directory)) {
      System.err.println("corpus " + name + ": " + run + " cases run, " + skipped + " skipped");
      if (Boolean.getBoolean("tidegate.corpus.required")) {
        Assertions.assertEquals(0, skipped.get(), "skipped cases of corpus " + name);
        Assertions.assertTrue(run.get() > 0, "corpus " + name + " ran no case");
      }
    }
  }

  /** Counts one case as run. */
  public void ran() {
    run.incrementAndGet();
  }

  /** Counts one case as skipped, and says why. */
  public void skipped(String file, String why) {
    skipped.incrementAndGet();
    System.err.println("corpus " + name + ": skipped " + file + ": " + why);
  }

  /** The corpus's directory. */
  public Path directory() {
    return directory;
  }

  /** {@code index.json}, which has the cases. */
  public JsonNode index() {
    return json("index.json");
  }

  /** A JSON file, by its path within the corpus. */
  public JsonNode json(String file) {
    try {
      return Json.MAPPER.readTree(bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** A file's content, by its path within the corpus. */
  public byte[] bytes(String file) {
    try {
      return Files.readAllBytes(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** A file's text, by its path within the corpus. */
  public String text(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** Paths within the corpus of all files whose names end in one of {@code endings}, sorted. */
  public List<String> files(String... endings) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .filter(file -> Stream.of(endings).anyMatch(file::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
