package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.Predicates;
import dev.tidegate.testkit.RegistryDouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code platforms: each} from the push to the pod, over a registry. */
class EachPlatformAdmissionTest {
  private final RegistryDouble registry = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final ImagesFixture gate = gate();

  /** An index for two platforms, of which one is an index in it. */
  private PinnedImage web;

  private PinnedImage amd;
  private PinnedImage inner;
  private PinnedImage arm;

  private ImagesFixture gate() {
    return new ImagesFixture(Hosts.of(registry.host()), policies(""));
  }

  @BeforeEach
  void push() {
    amd = registry.image("shop/web", "amd64", "1000", "amd64");
    arm = registry.image("shop/web", "arm64", "1000", "arm64");
    inner = registry.index("shop/web", "inner", Map.of("arm64", arm));
    Map<String, PinnedImage> parts = new LinkedHashMap<>();
    parts.put("amd64", amd);
    parts.put("arm64", inner);
    web = registry.index("shop/web", "1", parts);
  }

  @AfterEach
  void stop() {
    assertThat(gate.defects).isEmpty();
    gate.close();
    registry.close();
  }

  private List<PolicyFile> policies(String besides) {
    return List.of(
        new PolicyFile("release.pub", release.pem()),
        new PolicyFile(
            "policy.yaml",
            """
            apiVersion: tidegate.dev/v1alpha1
            kind: GatePolicy
            metadata: {name: each}
            spec:
              mode: enforce
              checks:
                imageReference: {registries: ["%1$s"], requireDigest: pin}
                imageSignature:
                  rules:
                  - images: ["%1$s/**"]
                    platforms: each
                    signers: [{name: release, key: {file: release.pub}}]
                imageAttestation:
                  rules:
                  - images: ["%1$s/**"]
                    type: slsaprovenance
                    platforms: each
                    signers: [{name: release, key: {file: release.pub}}]
                    require: release
                %2$s
            """
                .formatted(registry.name(), besides)));
  }

  private void sign(PinnedImage... images) {
    for (PinnedImage one : images) {
      registry.signature(one, release);
    }
  }

  private void attest(PinnedImage... images) {
    for (PinnedImage one : images) {
      registry.attestation(
          one,
          release.attestationLayer(
              one.digest(),
              Predicates.SLSA_1,
              Predicates.github("https://github.com/acme/shop", "refs/heads/main", "b")));
    }
  }

  private JsonNode byTag() {
    return gate.create(pod(registry.name() + "/shop/web:1"));
  }

  /** Cold and by tag an index in an index takes every gathering that there may be. */
  @Test
  void aColdAdmissionByTagReadsEverythingAndPasses() {
    sign(web, amd, inner, arm);
    attest(web, amd, inner, arm);
    JsonNode response = byTag();
    assertThat(allowed(response)).as(message(response)).isTrue();
  }

  @Test
  void aBarePartDeepInsideIsNamed() {
    sign(web, amd, inner);
    attest(web, amd, inner, arm);
    JsonNode response = byTag();
    assertThat(allowed(response)).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    assertThat(message(response))
        .contains(
            arm + " (linux/arm64, part of " + web.digest() + ") has no signature from release")
        .doesNotContain("has no attestation");
    sign(arm);
    gate.pass(Duration.ofSeconds(3));
    assertThat(allowed(byTag())).as("people push first and sign after").isTrue();
  }

  @Test
  void allPartsOfALevelAreReadAtOnce() {
    List<PinnedImage> many = new ArrayList<>();
    Map<String, PinnedImage> parts = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      PinnedImage one = registry.image("shop/many", "p" + i, "1000", "part " + i);
      parts.put("arch" + i, one);
      many.add(one);
    }
    PinnedImage index = registry.index("shop/many", "1", parts);
    many.add(index);
    many.forEach(this::sign);
    many.forEach(this::attest);
    JsonNode response = gate.validate(pod(index.toString()));
    assertThat(allowed(response)).as(message(response)).isTrue();
    assertThat(gate.decisions.element().verdict().orElseThrow().rounds())
        .as("index; its parts; what that proves; and the last judging")
        .isLessThanOrEqualTo(4);
  }

  /** Gathers as for a callback of a push; what was asked is in {@code keys}. */
  private boolean pushed(List<PolicyFile> policies, Set<Fetched<?>> keys)
      throws InterruptedException {
    AtPush pushes =
        new AtPush(
            gate.store,
            () -> ImagesFixture.load(policies, gate.clock),
            Map.of(),
            gate::nanos,
            (host, answer) -> {});
    gate.store.renew(new Manifest(web)).join();
    gate.store.renew(new Signatures(web)).join();
    return pushes.gather(
        web,
        asked -> {
          keys.addAll(asked);
          asked.forEach(key -> gate.store.renew(key).join());
          return true;
        });
  }

  @Test
  void whatWasGatheredAtThePushSparesTheFirstPodEveryCall() throws InterruptedException {
    sign(web, amd, inner, arm);
    attest(web, amd, inner, arm);
    assertThat(pushed(policies(""), new LinkedHashSet<>())).isTrue();
    registry.forget();
    JsonNode response = gate.validate(pod(web.toString()));
    assertThat(allowed(response)).as(message(response)).isTrue();
    assertThat(registry.lines()).isEmpty();
  }

  /** What nodes cannot run need not be scanned, but is signed all the same. */
  @Test
  void scansOfOnePlatformLeaveNoPartOut() throws InterruptedException {
    sign(web, amd, inner, arm);
    attest(web, amd, inner, arm);
    Set<Fetched<?>> keys = new LinkedHashSet<>();
    pushed(
        policies("imageScan: {source: harbor, denySeverity: High, platforms: [linux/amd64]}"),
        keys);
    assertThat(keys)
        .contains(
            new Scan(amd, ScanSource.HARBOR),
            new Signatures(amd),
            new Signatures(inner),
            new Signatures(arm))
        .doesNotContain(new Scan(inner, ScanSource.HARBOR), new Scan(arm, ScanSource.HARBOR));
    registry.forget();
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(registry.lines()).isEmpty();
  }

  /** A pusher's index of indexes of indexes costs a bounded number of questions. */
  @Test
  void T19_whatIsPushedIsGatheredUpToABound() throws InterruptedException {
    PinnedImage below = arm;
    for (int level = 0; level < 3; level++) {
      Map<String, PinnedImage> same = new LinkedHashMap<>();
      for (int i = 0; i < 50; i++) {
        same.put("a" + i, below);
      }
      below = registry.index("shop/web", "level" + level, same);
    }
    web = below;
    List<Integer> counts = new ArrayList<>();
    AtPush pushes =
        new AtPush(
            gate.store,
            () -> ImagesFixture.load(policies(""), gate.clock),
            Map.of(),
            gate::nanos,
            (host, answer) -> {});
    gate.store.renew(new Manifest(web)).join();
    pushes.gather(
        web,
        asked -> {
          counts.add(asked.size());
          asked.forEach(key -> gate.store.renew(key).join());
          return true;
        });
    assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(4 * 64);
  }
}
