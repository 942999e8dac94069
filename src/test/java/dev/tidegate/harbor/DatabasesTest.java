package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.model.Deadline;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.RegistryDouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How old the data of a scan was, by what the scanner says of its data now. */
class DatabasesTest {
  private static final String HOST = "harbor.example.com";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Instant STARTED = NOW.minusSeconds(60);
  private static final Instant ENDED = NOW.minusSeconds(30);
  private static final Instant MORNING = NOW.minus(Duration.ofHours(6));
  private static final String SCANNER = "/api/v2.0/projects/shop/scanner";
  private static final String METADATA = "/api/v2.0/scanners/a1-b2/metadata";

  private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private final FakeHarbor http = new FakeHarbor(HOST, clock::get);
  private final HarborApi api = new HarborApi(HOST, http.endpoint(), clock::get);
  private final Databases databases = new Databases(clock::get, wanted::get);
  private Optional<ScanReport> before = Optional.empty();

  @BeforeEach
  void start() {
    http.answer(SCANNER, 200, "{\"uuid\": \"a1-b2\", \"name\": \"Trivy\"}");
  }

  @AfterEach
  void close() {
    http.close();
  }

  private void says(String updated) {
    http.answer(
        METADATA,
        200,
        "{\"scanner\": {\"name\": \"Trivy\", \"vendor\": \"Aqua Security\", \"version\": \"v1\"},"
            + " \"properties\": {\"harbor.scanner-adapter/scanner-type\":"
            + " \"os-package-vulnerability\""
            + (updated.isEmpty()
                ? ""
                : ", \"harbor.scanner-adapter/vulnerability-database-updated-at\": \""
                    + updated
                    + "\"")
            + "}}");
  }

  private Optional<Instant> of(Instant started, Instant ended) throws InterruptedException {
    return databases
        .dated(
            FakeScans.of(ended),
            new Databases.Scanning(api, "shop", Optional.of(started), () -> before),
            FakeHarbor.deadline())
        .database();
  }

  private Optional<Instant> database() throws InterruptedException {
    return of(STARTED, ENDED);
  }

  private void pass(Duration time) {
    clock.set(clock.get().plus(time));
  }

  private List<RegistryDouble.Asked> asked() {
    return http.asked();
  }

  @Test
  void whatWasThereBeforeTheScanIsWhatItScannedWith() throws InterruptedException {
    says(MORNING.toString());
    assertThat(database()).contains(MORNING);
  }

  @Test
  void dataThatCameAfterTheScanBeganSaysNothingOfIt() throws InterruptedException {
    for (Instant later : List.of(STARTED.plusMillis(1), ENDED, NOW, NOW.plusSeconds(99))) {
      says(later.toString());
      assertThat(database()).as("%s", later).isEmpty();
      pass(Duration.ofMinutes(6));
    }
    says(STARTED.toString());
    assertThat(database()).contains(STARTED);
  }

  @Test
  void whatTheScannerHadBeforeAnUpdateIsRemembered() throws InterruptedException {
    says(MORNING.toString());
    assertThat(database()).contains(MORNING);
    pass(Duration.ofHours(1));
    says(NOW.plusSeconds(600).toString());
    assertThat(database()).as("an older one counts, never a newer one").contains(MORNING);
    assertThat(of(clock.get(), clock.get())).contains(NOW.plusSeconds(600));
    assertThat(of(MORNING.minusSeconds(2), MORNING.minusSeconds(1))).isEmpty();
  }

  @Test
  void whatWasKnownOfTheSameScanStays() throws InterruptedException {
    says(NOW.toString());
    before = Optional.of(FakeScans.of(ENDED).withDatabase(MORNING));
    assertThat(database()).contains(MORNING);
    before = Optional.of(FakeScans.of(ENDED.minusSeconds(1)).withDatabase(MORNING));
    assertThat(database()).as("of another scan").isEmpty();
  }

  @Test
  void aScannerThatDoesNotSayIsNotGuessed() throws InterruptedException {
    for (String none : List.of("", "0001-01-01T00:00:00Z", "yesterday")) {
      says(none);
      assertThat(database()).as(none).isEmpty();
      pass(Duration.ofMinutes(6));
    }
    for (String body : List.of("{}", "{\"properties\": null}", "[]", "<html>")) {
      http.answer(METADATA, 200, body);
      assertThat(database()).as(body).isEmpty();
      pass(Duration.ofMinutes(6));
    }
  }

  @Test
  void anotherScannerThanTheOneThatScannedSaysNothing() throws InterruptedException {
    http.answer(
        METADATA,
        200,
        "{\"scanner\": {\"name\": \"Other\", \"vendor\": \"Aqua Security\"}, \"properties\":"
            + " {\"harbor.scanner-adapter/vulnerability-database-updated-at\": \""
            + MORNING
            + "\"}}");
    assertThat(database()).isEmpty();
  }

  @Test
  void whereItCannotBeReadItIsNotKnownAndSoonAskedAgain() throws InterruptedException {
    says(MORNING.toString());
    for (int status : List.of(401, 403, 404, 500)) {
      http.answer(METADATA, status, "{}");
      assertThat(database()).as("%d", status).isEmpty();
      pass(Duration.ofSeconds(61));
    }
    says(MORNING.toString());
    assertThat(database()).contains(MORNING);
    pass(Duration.ofMinutes(6));
    http.answer(SCANNER, 403, "{}");
    assertThat(database()).isEmpty();
    pass(Duration.ofMinutes(6));
    for (String id : List.of("", "../../users", "a/b", "x".repeat(65))) {
      http.answer(SCANNER, 200, "{\"uuid\": \"" + id + "\"}");
      assertThat(database()).as(id).isEmpty();
      pass(Duration.ofMinutes(6));
    }
    assertThat(asked()).allMatch(one -> List.of(SCANNER, METADATA).contains(one.path()));
  }

  @Test
  void manyScansCostTwoQuestions() throws InterruptedException {
    says(MORNING.toString());
    for (int i = 0; i < 50; i++) {
      assertThat(database()).contains(MORNING);
    }
    assertThat(asked()).hasSize(2);
    pass(Duration.ofMinutes(5));
    assertThat(database()).contains(MORNING);
    assertThat(asked()).hasSize(4);
    pass(Duration.ofDays(-1));
    assertThat(of(clock.get(), clock.get())).isEmpty();
    assertThat(asked()).as("a clock that was set back keeps nothing").hasSize(6);
  }

  @Test
  void whereNobodyWantsToKnowNothingIsAsked() throws InterruptedException {
    wanted.set(false);
    says(MORNING.toString());
    assertThat(database()).isEmpty();
    assertThat(asked()).isEmpty();
  }

  /** Harbor says null, or nothing, where a project has no scanner; doctor asks the same. */
  @Test
  void theScannerOfAProjectIsReadInOnePlace() throws InterruptedException {
    http.answer(SCANNER, 200, "{\"uuid\": \"a1-b2\", \"name\": \"T\\u202er\", \"disabled\": true}");
    ProjectScanner scanner = scanner().orElseThrow();
    assertThat(scanner.id()).isEqualTo("a1-b2");
    assertThat(scanner.name()).doesNotContain("\u202e").startsWith("T");
    assertThat(scanner.disabled()).isTrue();
    for (String none : List.of("null", "", "{}", "{\"uuid\": \"\"}")) {
      http.answer(SCANNER, 200, none);
      assertThat(scanner()).as("%s", none).isEmpty();
    }
  }

  private Optional<ProjectScanner> scanner() throws InterruptedException {
    if (api.scannerOf("shop", Deadline.in(Duration.ofSeconds(10), System::nanoTime))
        instanceof Evidence.Present<Optional<ProjectScanner>>(var scanner, var at)) {
      return scanner;
    }
    throw new AssertionError("it was not understood");
  }
}
