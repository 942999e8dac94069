package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.document.Problem;
import dev.tidegate.sigstore.TrustRoots;
import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trusted roots that change beside policies that do not. */
class TrustRootRotationTest {
  private static final Instant OLD = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir Path directory;

  @Test
  void aChangedTrustedRootIsInForceAndABrokenOneIsNot() throws IOException {
    InstantSource clock = InstantSource.fixed(OLD.plusSeconds(3600));
    PolicyWatch watch =
        new PolicyWatch(
            new PolicyLoader(Checks.all(), clock, Duration.ofDays(90), TrustRoots::read),
            directory,
            clock,
            reload -> {});
    write(
        "p.yaml",
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: signed}
        spec:
          mode: enforce
          checks:
            imageSignature:
              rules:
              - images: ["registry.example.com/**"]
                signers:
                - name: release
                  keyless: {issuer: "https://issuer.example.com", subject: "a@example.com"}
                  trustRoot: {file: root.json}
        """,
        OLD);
    String first = new TestSigstore().trustedRoot();
    write("root.json", first, OLD);
    assertThat(watch.poll()).as(watch.problems().toString()).isTrue();
    PolicySet before = watch.current();
    assertThat(watch.poll()).isFalse();

    write("root.json", new TestSigstore().trustedRoot(), OLD.plusSeconds(1));
    assertThat(watch.poll()).isTrue();
    PolicySet after = watch.current();
    assertThat(after.generation()).isEqualTo(before.generation() + 1);
    assertThat(after.policies()).isNotEqualTo(before.policies());

    write("root.json", first.substring(1), OLD.plusSeconds(2));
    assertThat(watch.poll()).isFalse();
    assertThat(watch.current()).isSameAs(after);
    assertThat(watch.problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("root.json");

    write("root.json", first, OLD.plusSeconds(3));
    assertThat(watch.poll()).isTrue();
    assertThat(watch.current().policies()).isEqualTo(before.policies());
  }

  private void write(String name, String text, Instant modified) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }
}
