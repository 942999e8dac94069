package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.FakeScans;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An artifact that is not there: only Harbor's own word makes its project a proxy cache. */
class ProxyCacheTest {
  private static final String HOST = "harbor.example.com";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Scan KEY =
      new Scan(
          new PinnedImage(
              new Repository(HOST, "hub/library/web"), Digest.parse("sha256:" + "5".repeat(64))),
          ScanSource.HARBOR);
  private static final String PROJECT = "/api/v2.0/projects/hub";
  private static final Evidence<ScanState> ABSENT = new Evidence.Absent<>(NOW);

  private final FakeHarbor http = new FakeHarbor(HOST, InstantSource.fixed(NOW));
  private final RememberedReports last = new RememberedReports(1 << 20);
  private final HarborScans scans =
      new HarborScans(
          Map.of(HOST, new HarborApi(HOST, http.endpoint(), InstantSource.fixed(NOW))),
          last,
          new Databases(InstantSource.fixed(NOW), () -> false));

  @AfterEach
  void close() {
    http.close();
  }

  private Evidence<ScanState> scan() throws InterruptedException {
    return scans.obtain(KEY, FakeHarbor.errand());
  }

  private Evidence<ScanState> project(String rest) throws InterruptedException {
    http.answer(PROJECT, 200, "{\"name\": \"hub\"" + rest + "}");
    return scan();
  }

  @Test
  void whatAProxyCacheHasNotGotYetIsNotCached() throws InterruptedException {
    assertThat(project(", \"registry_id\": 3"))
        .isEqualTo(new Evidence.Present<>(new ScanState.NotCached(Optional.empty()), NOW));
  }

  @Test
  void whatWasDeletedFromAnOrdinaryProjectDoesNotExist() throws InterruptedException {
    for (String rest :
        List.of(
            "",
            ", \"registry_id\": null",
            ", \"registry_id\": 0",
            ", \"registry_id\": -1",
            // Those who run a project write these as they like.
            ", \"metadata\": {\"registry_id\": \"3\", \"proxy_speed_kb\": \"-1\", \"proxy_cache\":"
                + " \"true\"}",
            ", \"cve_allowlist\": {\"registry_id\": 3}")) {
      assertThat(project(rest)).as(rest).isEqualTo(ABSENT);
    }
    http.answer(PROJECT, 404, "{}");
    assertThat(scan()).isEqualTo(ABSENT);
  }

  @Test
  void anAnswerThatIsNoneMakesNoProxyCacheAndIsNoInfrastructure() throws InterruptedException {
    for (int status : List.of(401, 403, 429, 500)) {
      http.answer(PROJECT, status, "{}");
      unreadable();
    }
    for (String body :
        List.of(
            "{\"name\": \"other\", \"registry_id\": 3}",
            "{\"name\": \"hub\", \"registry_id\": \"3\"}",
            "{\"name\": \"hub\", \"registry_id\": true}",
            "{\"name\": \"hub\", \"registry_id\": 3, \"registry_id\": 0}",
            "<html>")) {
      http.answer(PROJECT, 200, body);
      unreadable();
    }
    http.down(PROJECT);
    unreadable();
  }

  private void unreadable() throws InterruptedException {
    assertThat(scan())
        .isInstanceOfSatisfying(
            Evidence.Unavailable.class,
            unknown -> {
              assertThat(unknown.doubt().cause().kind()).isEqualTo(Cause.Kind.INPUT);
              assertThat(unknown.doubt().tried()).contains("proxy cache cannot be read");
            });
  }

  @Test
  void aHarborThatFailsIsNoProxyCache() throws InterruptedException {
    http.answer(PROJECT, 200, "{\"name\": \"hub\", \"registry_id\": 3}");
    String artifact = HarborApi.artifactPath(KEY.image().in(), KEY.image().digest());
    http.answer(artifact, 500, "{}");
    assertThat(scan())
        .isInstanceOfSatisfying(
            Evidence.Unavailable.class,
            unknown -> assertThat(unknown.doubt().cause()).isEqualTo(Cause.SERVER_ERROR));
    http.down(artifact);
    assertThat(scan())
        .isInstanceOfSatisfying(
            Evidence.Unavailable.class,
            unknown -> assertThat(unknown.doubt().cause()).isEqualTo(Cause.UNREACHABLE));
    assertThat(http.asked()).noneMatch(asked -> asked.path().equals(PROJECT));
  }

  /** Caches are cleaned; whoever has a bad image deleted there must not get it in by that. */
  @Test
  void whatWasFoundBeforeItWasDroppedIsNotForgotten() throws InterruptedException {
    ScanReport report = FakeScans.report(NOW.minusSeconds(60), false);
    last.remember(KEY, report);
    assertThat(project(", \"registry_id\": 3"))
        .isEqualTo(new Evidence.Present<>(new ScanState.NotCached(Optional.of(report)), NOW));
    assertThat(project(", \"registry_id\": 0")).isEqualTo(ABSENT);
  }
}
