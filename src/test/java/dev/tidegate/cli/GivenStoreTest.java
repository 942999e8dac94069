package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.app.Assembly;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidegate image --store}: what a gate that runs knows, without asking the registry. */
class GivenStoreTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  private final RegistryDouble registry = RegistryDouble.start();
  private PinnedImage web;
  private VerdictStore gate;
  private Exchanges exchanges;

  @BeforeEach
  void aGateKnowsTheImage() throws IOException {
    web = registry.image("shop/web", "1", "1000", "web");
    CosignSigner signer = CosignSigner.create();
    var layer = signer.layer(web.digest(), Map.of());
    registry.signature(web, layer.payload().toArray(), layer.annotations());
    Files.writeString(
        directory.resolve("hosts.yaml"),
        "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {\""
            + registry.name()
            + "\": {plainHttp: true}}\n");
    Files.writeString(directory.resolve("keys"), KEY + "\n");
    InstantSource clock = InstantSource.fixed(CliRun.NOW.minusSeconds(600));
    exchanges = new Exchanges(InetAddress::getAllByName, clock, System::nanoTime, Calls.NONE);
    Archive archive =
        Archive.at(
            file(),
            1 << 20,
            Seals.parse(KEY),
            Assembly.codecs(),
            System::nanoTime,
            new StoreEvents() {
              @Override
              public void defect(EvidenceKey<?> key, RuntimeException defect) {
                throw defect;
              }

              @Override
              public void file(FileEvent event, String detail) {}
            });
    gate =
        Assembly.engine(
                () -> Imaging.NO_POLICIES,
                new Assembly.Knowledge(
                    List.of(),
                    Assembly.sources(
                        Hosts.read(directory.resolve("hosts.yaml")).hosts().orElseThrow(),
                        exchanges,
                        clock,
                        () -> Imaging.NO_POLICIES),
                    VerdictStore.Settings.USUAL,
                    Optional.of(archive),
                    Duration.ZERO),
                clock,
                System::nanoTime,
                (where, defect) -> {})
            .store();
    gate.gather(
            Set.of(
                new Wanted(new EvidenceKey.Manifest(web), Instant.MIN),
                new Wanted(new EvidenceKey.Config(web), Instant.MIN),
                new Wanted(new EvidenceKey.Signatures(web), Instant.MIN)))
        .join();
    registry.forget();
  }

  @AfterEach
  void stop() {
    gate.close();
    exchanges.close();
    registry.close();
  }

  private Path file() {
    return directory.resolve("store");
  }

  private CliRun image(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "image",
                web.toString(),
                "--hosts",
                directory.resolve("hosts.yaml").toString(),
                "--explain"));
    line.addAll(Arrays.asList(more));
    return CliRun.of(line.toArray(String[]::new));
  }

  private CliRun stored() {
    return image("--store", file().toString(), "--store-key", directory.resolve("keys").toString());
  }

  @Test
  void whatAGateThatRunsRemembersIsShownWithoutACall() {
    // It writes what it learns a second later at most.
    await().until(() -> !stored().out().contains("read now"));
    registry.forget();
    CliRun run = stored();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("\n    manifest: known, remembered from 2026-11-25T11:50:00Z\n")
        .contains("\n    configuration: known, remembered from 2026-11-25T11:50:00Z\n")
        .doesNotContain("read now")
        .doesNotContain("  calls");
    assertThat(registry.lines()).isEmpty();
    assertThat(gate.stats().archiveUsable()).as("the gate still holds its file").isTrue();
  }

  @Test
  void whatIsNotSealedByTheKeyIsNotBelieved() throws IOException {
    await().until(() -> !stored().out().contains("read now"));
    Files.writeString(directory.resolve("keys"), "f" + KEY + "\n");
    CliRun run = stored();
    assertThat(run.err()).contains("a record of the store is not believed");
    assertThat(run.out()).contains("signatures: 1 beside it, read now");
  }

  @Test
  void aStoreThatCannotBeUsedIsAUsageError() throws IOException {
    assertThat(image("--store", "store").err())
        .contains("--store and --store-key belong together: give both");
    String keys = directory.resolve("keys").toString();
    CliRun none = image("--store", directory.resolve("none").toString(), "--store-key", keys);
    assertThat(none.err()).contains("--store: ", "none cannot be read");
    assertThat(none.status()).isEqualTo(ExitStatus.USAGE);
    Files.writeString(directory.resolve("keys"), "short");
    assertThat(stored().err()).contains("--store-key: a key has only 5 characters; write at least");
  }
}
