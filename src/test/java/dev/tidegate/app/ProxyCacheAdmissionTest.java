package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.app.Rechecks.Judged;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.store.Archive;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods with images of a proxy cache, from before the first pull until they are scanned, or not. */
class ProxyCacheAdmissionTest {
  private static final String RECHECK = ", proxyCache: admitThenRecheck";

  private static final Duration LOOK = Duration.ofSeconds(31);

  @TempDir Path directory;

  private final HarborDouble harbor = HarborDouble.start(this::now).proxyCache("hub");
  private final PinnedImage web = harbor.upstream("hub/library/web", "1", "first");
  private ImagesFixture gate;
  private AtPush pushes;

  private Instant now() {
    return gate == null ? ImagesFixture.START : gate.clock.instant();
  }

  @BeforeEach
  void start() {
    begin(Optional.empty());
  }

  private void begin(Optional<Archive> archive) {
    Host host = harbor.host(Optional.empty());
    gate = new ImagesFixture(Hosts.of(host), policy(RECHECK), archive, Duration.ZERO);
    pushes =
        new AtPush(
            gate.store,
            gate.policies::get,
            Map.of(host.name(), Harbors.api(host, gate.exchanges, gate.clock)),
            gate::nanos,
            (at, asked) -> {});
  }

  private void restart() {
    close();
    begin(Optional.of(ImagesFixture.file(directory, gate.defects)));
    await().until(() -> gate.store.stats().archiveUsable());
  }

  private static List<PolicyFile> policy(String more) {
    return ImagesFixture.scanned("onUnknown: admit, maxAge: 7d" + more);
  }

  @AfterEach
  void stop() {
    close();
    harbor.close();
    assertThat(gate.defects).isEmpty();
  }

  private void close() {
    gate.close();
  }

  private JsonNode admit() {
    return gate.validate(pod(web.toString()));
  }

  /** So much time passes, in steps in which what is due is looked at. */
  private void pass(Duration time) {
    Duration step = time.compareTo(Duration.ofMinutes(2)) > 0 ? Duration.ofMinutes(10) : LOOK;
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      later(left.compareTo(step) < 0 ? left : step);
      gate.recheck(pushes::askForScan);
    }
  }

  /** So much time passes at once, while nothing is being asked. */
  private void later(Duration time) {
    if (gate.store.stats().flights() > 0) {
      await().until(() -> gate.store.stats().flights() == 0);
    }
    gate.pass(time);
  }

  private Rechecks.Result told() {
    assertThat(gate.rechecked).hasSize(1);
    return gate.rechecked.remove();
  }

  @Test
  void letThroughThenPulledThenScannedAtTheGatesRequestThenJudged() {
    JsonNode first = admit();
    assertThat(allowed(first)).as(message(first)).isTrue();
    assertThat(first.at("/warnings/0").asText()).contains("let through without a scan");
    assertThat(first.at("/auditAnnotations/decision").asText()).isEqualTo("owing");
    assertThat(gate.rechecks.open()).isEqualTo(1);

    harbor.pulled(web, "1");
    pass(Duration.ofSeconds(62));
    assertThat(harbor.scansAsked()).isEqualTo(1);
    assertThat(gate.rechecked).isEmpty();
    assertThat(allowed(admit())).as("while it is scanned").isTrue();

    harbor.scanned(web, Finding.of("CVE-2026-1", "Low", ""));
    pass(Duration.ofSeconds(62));
    Rechecks.Result result = told();
    assertThat(result.judged()).isEqualTo(Judged.PASSED);
    assertThat(result.image()).isEqualTo(web);
    assertThat(result.workloads()).containsExactly("Pod web");
    assertThat(gate.rechecks.open()).isZero();
    JsonNode scanned = admit();
    assertThat(allowed(scanned)).isTrue();
    assertThat(scanned.has("warnings")).isFalse();
  }

  @Test
  void whatTheScanFindsIsToldAndStopsTheNextPod() throws IOException {
    admit();
    harbor.pulled(web, "1");
    harbor.scanned(web, Finding.of("CVE-2026-9", "Critical", "2"));
    pass(Duration.ofSeconds(31));
    Rechecks.Result result = told();
    assertThat(result.judged()).isEqualTo(Judged.REFUSED);
    assertThat(result.problems()).anyMatch(problem -> problem.contains("CVE-2026-9"));
    assertThat(message(admit())).contains("CVE-2026-9");

    JsonNode line = Json.MAPPER.readTree(RecheckLine.of(result, now()));
    assertThat(line.at("/event/action").asText()).isEqualTo("recheck");
    assertThat(line.at("/event/outcome").asText()).isEqualTo("failure");
    assertThat(line.at("/orchestrator/namespace").asText()).isEqualTo("shop");
    assertThat(line.at("/container/image/name/0").asText()).isEqualTo(web.toString());
    assertThat(line.at("/tidegate/problems/0").asText()).contains("CVE-2026-9");
  }

  @Test
  void withoutAScanTheTimeEndsOnceAndForAll() {
    admit();
    pass(Duration.ofMinutes(59));
    assertThat(allowed(admit())).isTrue();
    assertThat(gate.rechecked).isEmpty();
    pass(Duration.ofMinutes(2));
    assertThat(told().judged()).isEqualTo(Judged.REFUSED);
    JsonNode over = admit();
    assertThat(allowed(over)).isFalse();
    assertThat(message(over)).contains("crane pull " + web);
    pass(Duration.ofHours(30));
    assertThat(gate.rechecked).as("it is told once").isEmpty();
    assertThat(allowed(admit())).as("no second time begins").isFalse();
    later(Duration.ofDays(8));
    gate.recheck(pushes::askForScan);
    assertThat(allowed(admit())).as("nor when it is not looked at any more").isFalse();

    harbor.pulled(web, "1");
    harbor.scanned(web);
    await().untilAsserted(() -> assertThat(allowed(admit())).isTrue());
  }

  @Test
  void aScanThatComesLateIsToldAndTheNextTimeBeginsAnew() {
    admit();
    pass(Duration.ofMinutes(61));
    assertThat(told().judged()).isEqualTo(Judged.REFUSED);
    harbor.pulled(web, "1");
    harbor.scanned(web);
    pass(Duration.ofMinutes(11));
    assertThat(told().judged()).isEqualTo(Judged.PASSED);
    assertThat(allowed(admit())).isTrue();
  }

  @Test
  void aCacheThatIsCleanedTakesNothingAwayAndGivesNothing() {
    harbor.pulled(web, "1");
    harbor.scanned(web);
    assertThat(allowed(admit())).isTrue();
    harbor.dropped(web);
    later(Duration.ofMinutes(6));
    JsonNode clean = admit();
    assertThat(allowed(clean)).isTrue();
    later(Duration.ofSeconds(11));
    assertThat(admit().has("warnings")).as("its last report still counts").isFalse();

    PinnedImage bad = harbor.upstream("hub/library/bad", "1", "bad");
    harbor.pulled(bad, "1");
    harbor.scanned(bad, Finding.of("CVE-2026-9", "Critical", "2"));
    assertThat(message(gate.validate(pod(bad.toString())))).contains("CVE-2026-9");
    harbor.dropped(bad);
    later(Duration.ofSeconds(11));
    assertThat(message(gate.validate(pod(bad.toString())))).contains("CVE-2026-9");
    later(Duration.ofDays(8));
    assertThat(allowed(gate.validate(pod(bad.toString())))).as("too old, yet known").isFalse();
  }

  @Test
  void anOldReportOfWhatTheCacheDroppedDoesNotBeginTheTimeAnew() {
    harbor.pulled(web, "1");
    harbor.scanned(web);
    assertThat(allowed(admit())).isTrue();
    harbor.dropped(web);
    later(Duration.ofDays(8));
    JsonNode again = admit();
    assertThat(again.at("/auditAnnotations/decision").asText()).as("%s", again).isEqualTo("owing");
    for (int i = 0; i < 3; i++) {
      pass(Duration.ofMinutes(61));
      assertThat(allowed(admit())).as("time %d", i).isFalse();
    }
    assertThat(told().judged()).isEqualTo(Judged.REFUSED);
  }

  @Test
  void byDefaultItIsRefusedAtOnce() {
    gate.policies.set(ImagesFixture.load(policy(""), gate.clock));
    JsonNode refused = admit();
    assertThat(allowed(refused)).isFalse();
    assertThat(message(refused))
        .contains("not pulled through its proxy cache yet", "crane pull " + web);
    assertThat(gate.rechecks.open()).isZero();
  }

  /** Somebody says so, in every place that is not Harbor's own word. */
  @Test
  void whatClaimsToBeAProxyCacheIsNone() {
    PinnedImage gone = harbor.push("shop/proxy-cache", "1", "gone");
    harbor.scanned(gone);
    assertThat(allowed(gate.validate(pod(gone.toString())))).isTrue();
    harbor.dropped(gone);
    later(Duration.ofSeconds(11));
    gate.store
        .renew(
            new dev.tidegate.evidence.EvidenceKey.Scan(
                gone, dev.tidegate.evidence.ScanSource.HARBOR))
        .join();
    harbor
        .registry()
        .instead(
            asked -> asked.path().equals("/api/v2.0/projects/shop"),
            RegistryDouble.status(
                200,
                "{\"name\":\"shop\",\"registry_id\":0,\"metadata\":{\"proxy_speed_kb\":\"1\",\"registry_id\":\"5\"}}"));
    ObjectNode pod = pod(gone.toString());
    ((ObjectNode) pod.at("/request/object/metadata"))
        .putObject("annotations")
        .put("tidegate.dev/proxyCache", "admitThenRecheck");
    JsonNode refused = gate.validate(pod);
    assertThat(allowed(refused)).isFalse();
    assertThat(message(refused)).contains("not in Harbor");
    assertThat(gate.rechecks.open()).isZero();
  }

  /** With onUnknown: admit, too: that the artifact is not there is known. */
  @Test
  void whileTheProjectCannotBeReadNothingIsLetThrough() {
    for (int status : List.of(401, 403, 404, 429, 500, 503)) {
      harbor
          .registry()
          .instead(
              asked -> asked.path().equals("/api/v2.0/projects/hub"),
              RegistryDouble.status(status, "{}"));
      later(Duration.ofSeconds(70));
      JsonNode refused = admit();
      assertThat(allowed(refused)).as("%d", status).isFalse();
      assertThat(gate.rechecks.open()).isZero();
    }
  }

  @Test
  void whatIsRefusedForSomethingElseUsesUpNoTime() {
    ObjectNode dryRun = pod(web.toString());
    ((ObjectNode) dryRun.get("request")).put("dryRun", true);
    assertThat(allowed(gate.validate(dryRun))).isTrue();
    PinnedImage bad = harbor.push("shop/bad", "1", "bad");
    harbor.scanned(bad, Finding.of("CVE-2026-9", "Critical", "2"));
    assertThat(allowed(gate.validate(pod(web.toString(), bad.toString())))).isFalse();
    gate.auditOnly.set(true);
    admit();
    gate.auditOnly.set(false);
    assertThat(gate.rechecks.open()).isZero();
  }

  /** Checks that read images do not see one that may not be used at all. */
  @Test
  void anImageThatMayNotBeUsedAnyMoreHasNotPassedAndGetsNoSecondTime() {
    admit();
    List<PolicyFile> files = new ArrayList<>(policy(RECHECK));
    files.add(
        new PolicyFile(
            "denied.yaml",
            """
            apiVersion: tidegate.dev/v1alpha1
            kind: DenyList
            metadata: {name: incident}
            spec: {digests: ["%s"], reason: stolen key, owner: platform-security}
            """
                .formatted(web.digest())));
    gate.policies.set(ImagesFixture.load(files, gate.clock));
    pass(Duration.ofSeconds(62));
    Rechecks.Result result = told();
    assertThat(result.judged()).isEqualTo(Judged.REFUSED);
    assertThat(result.problems()).anyMatch(problem -> problem.contains("stolen key"));
    pass(Duration.ofMinutes(61));
    gate.policies.set(ImagesFixture.load(policy(RECHECK), gate.clock));
    assertThat(allowed(admit())).as("no second time begins").isFalse();
    assertThat(gate.rechecked).as("it is told once").isEmpty();
  }

  @Test
  void whenNoMoreFitInNoneIsLetThroughAndNoneIsForgotten() {
    for (int i = 0; i < 3; i++) {
      PinnedImage other = harbor.upstream("hub/library/o" + i, "1", "other " + i);
      assertThat(allowed(gate.validate(pod(other.toString())))).isTrue();
    }
    JsonNode full = admit();
    assertThat(allowed(full)).isFalse();
    assertThat(message(full)).contains("too many images wait for their first scan");
  }

  @Test
  void aRestartBeginsNoNewTime() {
    restart();
    assertThat(allowed(admit())).isTrue();
    restart();
    later(Duration.ofMinutes(59));
    assertThat(allowed(admit())).isTrue();
    later(Duration.ofMinutes(2));
    assertThat(allowed(admit())).isFalse();
    restart();
    later(Duration.ofMinutes(62));
    assertThat(allowed(admit())).isFalse();
  }

  /** Nobody creates another pod: what was let through is found again by what the file has. */
  @Test
  void afterARestartIsToldWhatCameOfWhatWasLetThroughBefore() {
    restart();
    admit();
    restart();
    later(Duration.ofMinutes(1));
    gate.recheck(pushes::askForScan);
    assertThat(gate.rechecks.open()).isEqualTo(1);
    assertThat(gate.rechecked).isEmpty();
    harbor.pulled(web, "1");
    pass(Duration.ofSeconds(62));
    assertThat(harbor.scansAsked()).isEqualTo(1);
    harbor.scanned(web, Finding.of("CVE-2026-9", "Critical", "2"));
    pass(Duration.ofSeconds(62));
    Rechecks.Result result = told();
    assertThat(result.judged()).isEqualTo(Judged.REFUSED);
    assertThat(result.namespace()).isEqualTo("shop");
    assertThat(result.image()).isEqualTo(web);
    assertThat(result.workloads()).containsExactly("Pod web");
    assertThat(result.problems()).anyMatch(problem -> problem.contains("CVE-2026-9"));
    assertThat(gate.rechecks.open()).isZero();
    restart();
    later(Duration.ofHours(1));
    gate.recheck(pushes::askForScan);
    assertThat(gate.rechecked).as("it is over, in the file as well").isEmpty();
  }

  @Test
  void whatEndsWhileTheGateIsAwayIsToldAfterwardsAndOnce() {
    restart();
    admit();
    restart();
    later(Duration.ofHours(2));
    gate.recheck(pushes::askForScan);
    Rechecks.Result result = told();
    assertThat(result.judged()).isEqualTo(Judged.REFUSED);
    assertThat(result.since()).isBefore(now().minus(Duration.ofHours(1)));
    restart();
    later(Duration.ofHours(3));
    gate.recheck(pushes::askForScan);
    assertThat(gate.rechecked).as("it was told already").isEmpty();
    assertThat(gate.rechecks.open()).isZero();
    harbor.pulled(web, "1");
    harbor.scanned(web);
    pass(Duration.ofMinutes(11));
    assertThat(told().judged()).as("a scan that came late").isEqualTo(Judged.PASSED);
  }

  @Test
  void noMoreIsTakenUpAgainThanIsRemembered() {
    restart();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 3; i++) {
        PinnedImage other = harbor.upstream("hub/library/o" + round + i, "1", "other " + round + i);
        assertThat(allowed(gate.validate(pod(other.toString())))).isTrue();
      }
      restart(); // the next three come before the first ones are found again
    }
    later(Duration.ofMinutes(1));
    gate.recheck(pushes::askForScan);
    assertThat(gate.rechecks.open()).isEqualTo(3);
    assertThat(message(admit())).contains("too many images wait for their first scan");
  }

  @Test
  void aHarborThatFailsMeanwhileSettlesNothing() {
    admit();
    harbor.fails(500);
    pass(Duration.ofMinutes(5));
    assertThat(gate.rechecked).isEmpty();
    pass(Duration.ofMinutes(57));
    assertThat(told().judged()).isEqualTo(Judged.UNDECIDED);
    harbor.behaves();
    later(Duration.ofMinutes(2));
    await().untilAsserted(() -> assertThat(allowed(admit())).isFalse());
  }
}
