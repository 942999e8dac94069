package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images signed without a key by real cosign, with real services of Sigstore, on the spot. */
@ExtendWith(World.Provider.class)
class KeylessE2E {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NAMESPACE = "signed-keyless";
  private static final String RELEASE = "release@acme.example";
  private static final String ROOT = "trusted_root.json";

  @TempDir Path directory;

  private final World world;
  private SigningTools tools;

  KeylessE2E(World world) {
    this.world = world;
  }

  @BeforeEach
  void open() {
    tools = SigningTools.of(directory);
  }

  @AfterEach
  void close() throws IOException {
    tools.close();
    world.installation.hosts("apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {}\n");
    Gate before = world.installation.gates().getFirst();
    world.installation.addReplica();
    world.installation.retire(before);
    world.reset();
    world.installation.withoutPolicyFile(ROOT);
  }

  private static String pod(String name, String image) {
    return Pods.good(name).replace("registry.example/shop/web:1.4", image);
  }

  private void demand(SigningTools.Registry registry, LocalSigstore sigstore) throws IOException {
    world.installation.policies(
        World.signed(
            "signed",
            registry.name(),
            ("[{name: release, keyless: {issuer: \"%s\", subject: \"%s\"}, trustRoot: {file: %s},"
                    + " transparencyLog: required}]")
                .formatted(sigstore.issuer(), RELEASE, ROOT)));
  }

  @Test
  void signedByAnIdentityThenMovedThenWithNewRoots() throws Exception {
    try (LocalSigstore sigstore = tools.sigstore("sigstore")) {
      signedByAnIdentity(sigstore);
    }
  }

  private void signedByAnIdentity(LocalSigstore sigstore) throws Exception {
    SigningTools.Registry registry = tools.withReferrers();
    world.installation.hosts(
        "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {\""
            + registry.name()
            + "\": {plainHttp: true}}\n");
    Gate before = world.installation.gates().getFirst();
    world.installation.addReplica();
    world.installation.retire(before);
    world.installation.policyFile(ROOT, sigstore.trustedRoot());
    demand(registry, sigstore);
    world.namespace(NAMESPACE, "signed");
    String tagged = registry.name() + "/shop/web:1";
    String digest = tools.push(tagged, "first");
    await()
        .atMost(SOON)
        .untilAsserted(() -> denied("unsigned", tagged, "there is no signature at all"));

    // Another identity is not the one that is demanded.
    tools.signKeyless(sigstore, "stranger@acme.example", registry.name() + "/shop/web@" + digest);
    await().atMost(SOON).untilAsserted(() -> denied("stranger", tagged, "stranger@acme.example"));

    tools.signKeyless(sigstore, RELEASE, registry.name() + "/shop/web@" + digest);
    await().atMost(SOON).untilAsserted(() -> allowed("web", tagged));

    // What the tag names now nobody has signed.
    tools.push(tagged, "moved");
    denied("moved", tagged, "imageSignature");
    allowed("pinned", registry.name() + "/shop/web@" + digest);

    // New roots of trust are in force without a restart, and so is the end of the old ones.
    world.installation.policyFile(ROOT, new TestSigstore().trustedRoot());
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> denied("rotated", registry.name() + "/shop/web@" + digest, "trusted root"));
    world.installation.policyFile(ROOT, sigstore.trustedRoot());
    await()
        .atMost(SOON)
        .untilAsserted(() -> allowed("back", registry.name() + "/shop/web@" + digest));
  }

  private void allowed(String name, String image) {
    Shell.Result created = world.create(NAMESPACE, pod(name, image));
    assertThat(created.exit()).as(created.all()).isZero();
  }

  private void denied(String name, String image, String why) {
    assertThat(world.create(NAMESPACE, pod(name, image), "--dry-run=server").err())
        .contains("denied the request", why);
  }
}
