package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.document.Problem;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.policy.PolicyWatch.Reload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyWatchTest {
  private static final Instant OLD = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(OLD.plusSeconds(3600));
  private final InstantSource clock = now::get;
  private final List<Reload> told = new ArrayList<>();
  private PolicyWatch watch;

  PolicyWatchTest() {
    watch = watch(Path.of("nowhere"));
  }

  private PolicyWatch watch(Path where) {
    return new PolicyWatch(
        new PolicyLoader(SampleCheck.registry(), clock, Duration.ofDays(90), TrustRoot::new),
        where,
        clock,
        told::add);
  }

  @BeforeEach
  void start() {
    watch = watch(directory);
  }

  private static String policy(String name) {
    return """
    apiVersion: tidegate.dev/v1alpha1
    kind: GatePolicy
    metadata: {name: %s}
    spec: {mode: audit, checks: {sample: {}}}
    """
        .formatted(name);
  }

  private static void write(Path file, String text, Instant modified) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private List<String> names() {
    return watch.current().policies().stream().map(GatePolicy::name).toList();
  }

  @Test
  void aChangedFileReplacesTheSet() throws IOException {
    assertThat(watch.current()).isEqualTo(PolicySet.EMPTY);
    write(directory.resolve("p.yaml"), policy("a"), OLD);
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("a");
    assertThat(watch.current().generation()).isEqualTo(1);
    String before = watch.current().fingerprint();
    write(directory.resolve("p.yaml"), policy("b"), OLD.plusSeconds(1));
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("b");
    assertThat(watch.current().generation()).isEqualTo(2);
    assertThat(watch.current().fingerprint()).isNotEqualTo(before);
    assertThat(told).hasSize(2).allMatch(reload -> reload instanceof Reload.Replaced);
  }

  @Test
  void theLastGoodSetStaysUntilTheFilesAreGoodAgain() throws IOException {
    Path file = directory.resolve("p.yaml");
    write(file, policy("a"), OLD);
    watch.poll();
    PolicySet good = watch.current();

    write(file, policy("b").replace("audit", "adit"), OLD.plusSeconds(1));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isSameAs(good);
    assertThat(watch.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p.yaml:4: spec.mode: \"adit\" is not known here. Fix: did you mean audit? Allowed:"
                + " enforce, warn, audit.");
    assertThat(told).hasSize(2).last().isEqualTo(new Reload.Refused(good, watch.problems()));

    Files.delete(file);
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isSameAs(good);
    assertThat(told).hasSize(3);

    write(file, policy("a"), OLD.plusSeconds(2));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isSameAs(good);
    assertThat(watch.problems()).isEmpty();
    assertThat(told).hasSize(4).last().isEqualTo(new Reload.Replaced(good, List.of()));
  }

  @Test
  void aDirectoryThatVanishesChangesNothing() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    watch = watch(inner);
    write(inner.resolve("p.yaml"), policy("a"), OLD);
    watch.poll();
    Files.move(inner, directory.resolve("elsewhere"));
    assertThat(watch.poll()).isFalse();
    assertThat(names()).containsExactly("a");
    assertThat(told).last().isInstanceOf(Reload.Refused.class);
  }

  @Test
  void equalContentsAreNoChange() throws IOException {
    Path file = directory.resolve("p.yaml");
    write(file, policy("a"), OLD);
    watch.poll();
    write(file, policy("a"), OLD.plusSeconds(5));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current().generation()).isEqualTo(1);
    assertThat(told).hasSize(1);
  }

  @Test
  void whatCannotBeReadBesideUnchangedFilesIsTold() throws IOException {
    write(directory.resolve("p.yaml"), policy("a"), OLD);
    watch.poll();
    PolicySet good = watch.current();
    Files.createDirectory(directory.resolve("q.yaml"));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isSameAs(good);
    assertThat(watch.problems()).singleElement().asString().contains("q.yaml: is not a file");
    assertThat(told).hasSize(2).last().isEqualTo(new Reload.Refused(good, watch.problems()));
  }

  @Test
  void anOldFileWithTheSameOutsideIsNotReadAgain() throws IOException {
    Path file = directory.resolve("p.yaml");
    write(file, policy("a"), OLD);
    watch.poll();
    write(file, policy("b"), OLD);
    assertThat(watch.poll()).isFalse();
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aFileThatWasWrittenJustNowIsReadAgain() throws IOException {
    Path file = directory.resolve("p.yaml");
    write(file, policy("a"), now.get());
    watch.poll();
    write(file, policy("b"), now.get());
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("b");
  }

  @Test
  void anErrorThatTimeHealsGoesByItself() throws IOException {
    write(
        directory.resolve("p.yaml"),
        policy("a")
            + """
            ---
            apiVersion: tidegate.dev/v1alpha1
            kind: Exemption
            metadata: {name: e}
            spec:
              checks: [sample]
              namespaces: [shop]
              owner: o
              reason: r
              ticket: t
              until: 2027-03-01
            """,
        OLD);
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isEqualTo(PolicySet.EMPTY);
    now.set(Instant.parse("2026-12-02T00:00:00Z"));
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aMountedConfigMapIsSwappedWhole() throws IOException {
    Path first = Files.createDirectory(directory.resolve("..2026_11_25_1"));
    write(first.resolve("a.yaml"), policy("a"), OLD);
    write(first.resolve("b.yaml"), policy("b"), OLD);
    Path data = directory.resolve("..data");
    Files.createSymbolicLink(data, Path.of("..2026_11_25_1"));
    Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
    Files.createSymbolicLink(directory.resolve("b.yaml"), Path.of("..data/b.yaml"));
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("a", "b");
    assertThat(watch.poll()).isFalse();

    // As the kubelet does: a new directory, then the link in one step; the visible links follow.
    Path second = Files.createDirectory(directory.resolve("..2026_11_25_2"));
    write(second.resolve("a.yaml"), policy("a"), OLD);
    write(second.resolve("c.yaml"), policy("c"), OLD);
    Path link =
        Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2026_11_25_2"));
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(watch.poll()).isTrue();
    assertThat(names()).containsExactly("a", "c");
    assertThat(watch.current().policies())
        .extracting(policy -> policy.origin().toString())
        .containsExactly("a.yaml:1", "c.yaml:1");
    assertThat(watch.current().generation()).isEqualTo(2);
  }

  @Test
  void aConfigMapInTheMiddleOfASwapIsNotReadByHalves() throws IOException {
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..gone"));
    Files.writeString(directory.resolve("a.yaml"), policy("a"));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isEqualTo(PolicySet.EMPTY);
    assertThat(watch.problems()).singleElement().asString().contains("cannot read " + directory);
  }
}
