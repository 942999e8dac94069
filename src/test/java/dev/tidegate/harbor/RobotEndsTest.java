package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a robot account ends, as Harbor's list says, and how evidence from Harbor is wired. */
class RobotEndsTest {
  private static final String HOST = "harbor.example.com";
  private static final String ROBOTS = "/api/v2.0/robots";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final String OTHER = "{\"name\": \"robot$other\", \"expires_at\": 1}";

  private final FakeHarbor harbor = new FakeHarbor(HOST, InstantSource.fixed(NOW));
  private final HarborApi api = new HarborApi(HOST, harbor.endpoint(), InstantSource.fixed(NOW));

  @AfterEach
  void close() {
    harbor.close();
  }

  private Evidence<Optional<Instant>> end() throws InterruptedException {
    return api.end("robot$tidegate", FakeHarbor.deadline());
  }

  private static String robot(String ends) {
    return "{\"name\": \"robot$tidegate\"" + ends + "}";
  }

  private static String page(String... robots) {
    return "[" + String.join(",", robots) + "]";
  }

  private static String full() {
    return page(Collections.nCopies(Page.MOST, OTHER).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "1764072000, 2025-11-25T12:00:00Z",
    "0, 1970-01-01T00:00:00Z",
    "999999999999999, 9999-12-31T23:59:59Z"
  })
  void theEndIsThatOfTheRobotOfThatName(long ends, Instant end) throws InterruptedException {
    harbor.pages(ROBOTS, page(OTHER, robot(", \"expires_at\": " + ends)));
    assertThat(end()).isEqualTo(new Evidence.Present<>(Optional.of(end), NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ", \"expires_at\": null", ", \"expires_at\": -1", ", \"expires_at\": -7"})
  void aRobotWithoutAnEndHasNone(String ends) throws InterruptedException {
    harbor.pages(ROBOTS, page(robot(ends)));
    assertThat(end()).isEqualTo(new Evidence.Present<>(Optional.empty(), NOW));
  }

  @Test
  void aRobotThatIsNotListedIsAbsentOnceTheListIsOver() throws InterruptedException {
    harbor.pages(ROBOTS, full(), page(OTHER));
    assertThat(end()).isEqualTo(new Evidence.Absent<>(NOW));
    assertThat(harbor.asked()).hasSize(2);
    harbor.pages(ROBOTS, full(), page(robot("")));
    assertThat(end()).isInstanceOf(Evidence.Present.class);
    harbor.answer(ROBOTS, 404, "{}");
    assertThat(end()).isEqualTo(new Evidence.Absent<>(NOW));
    harbor.answer(ROBOTS, 403, "{}");
    assertThat(((Evidence.Unavailable<?>) end()).doubt().cause()).isEqualTo(Cause.FORBIDDEN);
  }

  @Test
  void T19_soManyPagesAreLookedThrough() throws InterruptedException {
    List<String> pages = new ArrayList<>(Collections.nCopies(19, full()));
    pages.add(page(robot("")));
    harbor.pages(ROBOTS, pages.toArray(String[]::new));
    assertThat(end()).isInstanceOf(Evidence.Present.class);
    pages.addFirst(full());
    harbor.forget();
    harbor.pages(ROBOTS, pages.toArray(String[]::new));
    assertThat(end())
        .isEqualTo(
            new Evidence.Unavailable<>(
                Doubt.of(
                    Cause.TOO_LARGE, HOST + " has more robot accounts than are looked through")));
    assertThat(harbor.asked()).hasSize(20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | this is not a list of robot accounts",
        "null | this is not a list of robot accounts",
        "[null] | a list of robot accounts has null in it",
        "[{}] | an entry of the list has no name",
        "[{\"name\": \"\"}] | an entry of the list has no name",
      })
  void aListThatIsNoneIsTrouble(String list, String why) throws InterruptedException {
    harbor.answer(ROBOTS, 200, list);
    assertThat(end())
        .isEqualTo(
            new Evidence.Unavailable<>(
                Doubt.of(Cause.MALFORMED, "the answer of " + HOST + " cannot be read: " + why)));
  }

  @Test
  void T19_aPageWithMoreThanWasAskedForIsTrouble() throws InterruptedException {
    harbor.answer(ROBOTS, 200, full().replace("]", "," + OTHER + "]"));
    assertThat(((Evidence.Unavailable<?>) end()).doubt().tried())
        .contains("a page of a list of robot accounts has more entries than asked for");
  }

  /** Records outlive the process and the version: another name would lose what was written. */
  @Test
  void recordsAreFiledUnderNamesThatStay() {
    Scan key =
        new Scan(
            new PinnedImage(
                new Repository(HOST, "shop/web"), Digest.parse("sha256:" + "a".repeat(64))),
            ScanSource.HARBOR);
    @SuppressWarnings("unchecked") // it serves scans, as is asserted
    EvidenceCodec<Scan, ?> codec = (EvidenceCodec<Scan, ?>) Harbors.codecs().getFirst();
    assertThat(codec.serves()).isEqualTo(Scan.class);
    assertThat(codec.type() + " " + codec.schema() + " " + codec.name(key))
        .isEqualTo("scan 1 HARBOR " + HOST + "/shop/web@sha256:" + "a".repeat(64));
    assertThat(codec.provesItself()).isFalse();
  }

  @Test
  void thereAreSourcesForScansAndAllowLists() throws InterruptedException {
    try (Exchanges exchanges =
        new Exchanges(InetAddress::getAllByName, InstantSource.fixed(NOW), () -> 0, Calls.NONE)) {
      List<EvidenceSource<?, ?>> sources =
          Harbors.sources(Hosts.NONE, exchanges, InstantSource.fixed(NOW), () -> false);
      assertThat(sources)
          .<Object>extracting(EvidenceSource::serves)
          .containsExactly(Scan.class, ProjectAllowList.class);
      assertThat(
              ((HarborAllowLists) sources.getLast())
                  .obtain(new ProjectAllowList(HOST, "shop"), FakeHarbor.errand()))
          .isEqualTo(
              new Evidence.Unavailable<>(
                  Doubt.of(Cause.NOT_CONFIGURED, HOST + " is no Harbor that is configured")));
    }
  }
}
