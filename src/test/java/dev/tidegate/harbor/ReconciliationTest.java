package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.harbor.Reconciliation.Outcome;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.RegistryDouble;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked at again for which difference between Harbor's lists and memory, and when. */
class ReconciliationTest {
  private static final String HOST = "harbor.example.com";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final String PROJECTS = "/api/v2.0/projects";
  private static final String REPOSITORIES = "/api/v2.0/projects/shop/repositories";
  private static final String ARTIFACTS = REPOSITORIES + "/web/artifacts";
  private static final Repository WEB = new Repository(HOST, "shop/web");
  private static final PinnedImage ONE = image(1);
  private static final PinnedImage TWO = image(2);

  /** In the middle, so that times are neither shortened nor made longer. */
  private static final RandomGenerator HALF = () -> 1L << 63;

  private final FakeMemory memory = new FakeMemory(this::now);
  private final FakeHarbor harbor = new FakeHarbor(HOST, InstantSource.fixed(NOW));
  private Instant now = NOW;
  private long nanos;
  private int changes;
  private final Reconciliation reconciliation =
      new Reconciliation(
          HOST,
          new HarborApi(HOST, harbor.endpoint(), InstantSource.fixed(NOW)),
          memory,
          EVERY,
          this::now,
          () -> nanos,
          HALF);

  private Instant now() {
    return now;
  }

  @BeforeEach
  void prepare() {
    harbor.pages(PROJECTS, "[{\"name\": \"shop\"}]");
  }

  @AfterEach
  void close() {
    harbor.close();
  }

  private static PinnedImage image(int number) {
    return new PinnedImage(WEB, Digest.parse("sha256:" + "%064x".formatted(number)));
  }

  private static Resolution tag(String tag) {
    return new Resolution(ImageReference.parse(HOST + "/shop/web:" + tag));
  }

  private static Scan scan(PinnedImage image) {
    return new Scan(image, ScanSource.HARBOR);
  }

  private static Fetched<?>[] all(PinnedImage image) {
    return new Fetched<?>[] {
      new Manifest(image), new Config(image), new Signatures(image), scan(image)
    };
  }

  private static Effects renewing(Fetched<?>... keys) {
    return Effects.renewing(Set.of(keys));
  }

  private static Effects pushed(PinnedImage image, String tag) {
    return Effects.of(HOST, new Hint.Pushed("shop/web", image.digest(), Optional.of(tag)));
  }

  private static String artifact(PinnedImage image, String more, String... tags) {
    return "{\"digest\": \""
        + image.digest()
        + "\", \"repository_name\": \"shop/web\", \"tags\": ["
        + String.join(",", Arrays.stream(tags).map(tag -> "{\"name\": \"" + tag + "\"}").toList())
        + "]"
        + more
        + "}";
  }

  private static String pushedAt(Instant at) {
    return ", \"push_time\": \"" + at + "\"";
  }

  private static String scanned(int total) {
    return ", \"scan_overview\": {\""
        + HarborReports.MIME_11
        + "\": {\"scan_status\": \"Success\", \"summary\": {\"total\": "
        + total
        + "}}}";
  }

  private static String accessory(int number) {
    return ", \"accessories\": [{\"digest\": \""
        + image(number).digest()
        + "\", \"type\": \"signature.cosign\"}]";
  }

  private static String list(List<String> entries) {
    return "[" + String.join(",", entries) + "]";
  }

  /** The repository now has these artifacts, and its list says that something has changed. */
  private void listed(String... artifacts) {
    harbor
        .pages(
            REPOSITORIES,
            "[{\"name\": \"shop/web\", \"update_time\": \"change " + changes++ + "\"}]")
        .pages(ARTIFACTS, list(List.of(artifacts)));
  }

  private Outcome run() throws InterruptedException {
    memory.forget();
    harbor.forget();
    return reconciliation.run();
  }

  private Outcome complete() throws InterruptedException {
    Outcome outcome = run();
    assertThat(outcome.complete()).as(outcome.toString()).isTrue();
    return outcome;
  }

  private List<String> asked() {
    return harbor.asked().stream().map(RegistryDouble.Asked::path).toList();
  }

  @Test
  void whatWasPushedWhileNobodyListenedIsGatheredOnce() throws InterruptedException {
    memory.answering(tag("1"), Optional.of(new Evidence.Present<>(ONE, NOW)));
    listed(artifact(ONE, pushedAt(NOW.minus(Duration.ofHours(1))), "1"));
    assertThat(complete()).isEqualTo(new Outcome(1, 1, 2, 0, 0, Optional.empty()));
    assertThat(memory.looked).containsExactly(Effects.gathering(ONE), pushed(ONE, "1"));
    assertThat(asked()).containsExactly(PROJECTS, REPOSITORIES, ARTIFACTS);
    assertThat(complete().differences()).isZero();
    assertThat(memory.looked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0"})
  void whatWasPushedLongAgoWaitsUntilSomebodyAsks(int over, int looked)
      throws InterruptedException {
    listed(artifact(ONE, pushedAt(NOW.minus(Duration.ofHours(24)).minusSeconds(over))));
    assertThat(complete().differences()).isEqualTo(looked);
    assertThat(memory.looked).hasSize(looked);
  }

  @Test
  void anUnchangedRepositoryOfWhichNothingIsKnownIsReadOnce() throws InterruptedException {
    listed(artifact(ONE, ""));
    assertThat(complete().repositories()).isEqualTo(1);
    assertThat(complete().repositories()).isZero();
    assertThat(asked()).containsExactly(PROJECTS, REPOSITORIES);
    listed(artifact(ONE, ""));
    assertThat(complete().repositories()).isEqualTo(1);
  }

  @Test
  void eachChangeOfAnArtifactRenewsWhatItIsAbout() throws InterruptedException {
    memory.knowing(all(ONE)).knowing(tag("1"), ONE);
    String signed = "sha256-" + ONE.digest().hex() + ".sig";
    listed(artifact(ONE, "", "1"));
    assertThat(complete().differences()).as("the file may be older").isEqualTo(1);
    assertThat(memory.looked).containsExactly(renewing(scan(ONE), new Signatures(ONE)));
    listed(artifact(ONE, scanned(1), "1"));
    assertThat(complete().differences()).isEqualTo(1);
    assertThat(memory.looked).containsExactly(renewing(scan(ONE)));
    listed(artifact(ONE, scanned(2), "1"));
    complete();
    assertThat(memory.looked).containsExactly(renewing(scan(ONE)));
    listed(artifact(ONE, scanned(2) + ", \"sbom_overview\": {\"scan_status\": \"Success\"}", "1"));
    complete();
    assertThat(memory.looked).containsExactly(renewing(scan(ONE)));
    listed(artifact(ONE, scanned(2) + accessory(3), "1"));
    complete();
    assertThat(memory.looked).containsExactlyInAnyOrder(renewing(scan(ONE), new Signatures(ONE)));
    memory.forget();
    listed(artifact(ONE, scanned(2) + accessory(4), "1"));
    complete();
    assertThat(memory.looked).containsExactly(renewing(new Signatures(ONE)));
    memory.knowing(tag(signed), TWO);
    listed(artifact(ONE, scanned(2) + accessory(4), "1"), artifact(TWO, "", signed));
    complete();
    assertThat(memory.looked).containsExactly(renewing(new Signatures(ONE)));
    assertThat(complete().differences()).isZero();
  }

  @Test
  void tagsThatPointElsewhereAreToldOfLikePushes() throws InterruptedException {
    memory.knowing(all(ONE)).knowing(all(TWO)).knowing(tag("1"), ONE).knowing(tag("2"));
    memory.knowing(tag("gone"), ONE).knowing(tag("never"));
    listed(artifact(ONE, ""), artifact(TWO, "", "1", "2"));
    assertThat(complete().differences()).isEqualTo(5);
    assertThat(memory.looked)
        .containsExactlyInAnyOrder(
            renewing(scan(ONE), new Signatures(ONE), scan(TWO), new Signatures(TWO), tag("gone")),
            pushed(TWO, "1"),
            pushed(TWO, "2"));
  }

  /** Nobody has asked for it yet, but the image is known: a pod by that tag will follow. */
  @Test
  void aNewTagOfAKnownImageIsGatheredOnceItIsNews() throws InterruptedException {
    memory.knowing(all(ONE));
    listed(artifact(ONE, "", "old"));
    complete();
    assertThat(memory.looked).containsExactly(renewing(scan(ONE), new Signatures(ONE)));
    listed(artifact(ONE, "", "old", "new", "no tag at all"));
    complete();
    assertThat(memory.looked).containsExactlyInAnyOrder(pushed(ONE, "old"), pushed(ONE, "new"));
  }

  @Test
  void whatTheFileHasOnlyAPartOfIsGathered() throws InterruptedException {
    memory.knowing(new Manifest(ONE), scan(ONE));
    listed(artifact(ONE, ""));
    assertThat(complete().differences()).isEqualTo(2);
    assertThat(memory.looked).containsExactly(renewing(scan(ONE)), Effects.gathering(ONE));
  }

  @Test
  void whatIsInNoListIsAskedAnewEachTime() throws InterruptedException {
    PinnedImage part = image(3);
    PinnedImage beside = image(4);
    memory.knowing(all(TWO)).knowing(all(part)).knowing(all(beside)).knowing(all(ONE));
    listed(
        artifact(
            ONE,
            accessory(4) + ", \"references\": [{\"child_digest\": \"" + part.digest() + "\"}]"));
    complete();
    assertThat(memory.looked)
        .containsExactly(
            renewing(
                scan(ONE),
                new Signatures(ONE),
                scan(part),
                new Signatures(part),
                scan(TWO),
                new Signatures(TWO),
                new Manifest(TWO),
                new Config(TWO)));
    listed(
        artifact(
            ONE,
            accessory(4) + ", \"references\": [{\"child_digest\": \"" + part.digest() + "\"}]"));
    assertThat(complete().differences()).isZero();
    assertThat(memory.looked)
        .containsExactly(
            renewing(
                scan(part),
                new Signatures(part),
                scan(TWO),
                new Signatures(TWO),
                new Manifest(TWO),
                new Config(TWO)));
  }

  /** The memory of one host is nothing that another could have a say in. */
  @Test
  void onlyWhatIsOfThisHarborIsLookedAt() throws InterruptedException {
    PinnedImage elsewhere =
        new PinnedImage(new Repository("other.example.com", "shop/web"), ONE.digest());
    PinnedImage flat = new PinnedImage(new Repository(HOST, "web"), ONE.digest());
    ProjectAllowList list = new ProjectAllowList(HOST, "loans");
    memory
        .knowing(all(elsewhere))
        .knowing(all(flat))
        .knowing(new ProjectAllowList("other.example.com", "shop"), list);
    harbor
        .pages(REPOSITORIES, "[{\"name\": \"other/web\"}, {\"name\": \"shopping/web\"}]")
        .pages("/api/v2.0/projects/other/repositories/web/artifacts", "[]");
    assertThat(complete()).isEqualTo(new Outcome(0, 0, 0, 0, 0, Optional.empty()));
    assertThat(memory.looked).containsExactly(renewing(list));
    assertThat(asked()).containsExactly(PROJECTS, REPOSITORIES);
  }

  @Test
  void whatIsKnownIsComparedThoughItsProjectIsInNoList() throws InterruptedException {
    harbor.pages(PROJECTS, "[]");
    memory.knowing(new Manifest(ONE), scan(ONE));
    assertThat(complete()).isEqualTo(new Outcome(1, 0, 0, 0, 0, Optional.empty()));
    assertThat(memory.looked).containsExactly(renewing(new Manifest(ONE), scan(ONE)));
    assertThat(asked()).containsExactly(PROJECTS, REPOSITORIES, ARTIFACTS);
  }

  @Test
  void whereAListMayNotBeReadWhatChangesIsAskedAnew() throws InterruptedException {
    memory.knowing(all(ONE)).knowing(tag("1"), ONE);
    for (String path : List.of(PROJECTS, REPOSITORIES, ARTIFACTS)) {
      harbor.answer(path, 403, "{}");
    }
    assertThat(complete()).isEqualTo(new Outcome(0, 0, 0, 3, 0, Optional.empty()));
    assertThat(memory.looked).containsExactly(renewing(new Signatures(ONE), scan(ONE), tag("1")));
  }

  /** Whoever cannot answer now is not asked on, and nothing is forgotten for it. */
  @ParameterizedTest
  @ValueSource(strings = {PROJECTS, REPOSITORIES, ARTIFACTS})
  void aHarborThatFailsIsAskedNoFurther(String failing) throws InterruptedException {
    memory.knowing(all(ONE)).knowing(new ProjectAllowList(HOST, "shop"));
    PinnedImage other = new PinnedImage(new Repository(HOST, "shop/zoo"), ONE.digest());
    memory.knowing(all(other));
    listed(artifact(ONE, ""));
    harbor.answer(failing, 401, "{}");
    Outcome outcome = run();
    assertThat(outcome.complete()).isFalse();
    assertThat(outcome.down()).map(Doubt::cause).contains(Cause.UNAUTHENTICATED);
    assertThat(asked().getLast()).isEqualTo(failing);
    assertThat(memory.looked).hasSize(failing.equals(PROJECTS) ? 0 : 1);
    assertThat(memory.compared).isEmpty();
    listed(artifact(ONE, ""));
    harbor.pages(PROJECTS, "[{\"name\": \"shop\"}]");
    assertThat(complete().repositories()).as("nothing counts as read").isEqualTo(2);
    assertThat(memory.compared).containsExactly(HOST + " " + NOW);
  }

  /** Who asks while lists are read gets what the file has, which may be about what is gone. */
  @Test
  void whatWasFoundInTheFileMeanwhileIsAskedAnew() throws InterruptedException {
    PinnedImage gone = image(77);
    PinnedImage elsewhere =
        new PinnedImage(new Repository("other.example.com", "shop/web"), gone.digest());
    listed(artifact(ONE, ""));
    ProjectAllowList early = new ProjectAllowList(HOST, "shop");
    ProjectAllowList late = new ProjectAllowList(HOST, "bank");
    memory.knowing(all(ONE));
    memory.finding(NOW.minusSeconds(60), early);
    memory.meanwhile =
        () -> {
          memory.finding(NOW.minusSeconds(60), all(gone));
          memory.finding(NOW.minusSeconds(60), late);
          memory.finding(NOW.minusSeconds(60), new ProjectAllowList("other.example.com", "shop"));
          memory.finding(NOW.minusSeconds(60), scan(elsewhere));
          memory.knowing(scan(TWO));
          memory.forget();
        };
    Set<Fetched<?>> found = new LinkedHashSet<>(List.of(all(gone)));
    found.add(late);
    assertThat(complete().differences()).isEqualTo(1 + 5);
    assertThat(memory.looked).containsExactly(Effects.renewing(found));
  }

  /** Until that is answered, too, nothing counts as compared. */
  @Test
  void whatWasFoundInTheFileMeanwhileAndHasNoAnswerIsAskedNextTime() throws InterruptedException {
    PinnedImage gone = image(77);
    listed(artifact(ONE, ""));
    memory.answering(scan(gone), Optional.empty());
    memory.meanwhile = () -> memory.finding(NOW.minusSeconds(60), scan(gone));
    assertThat(run().complete()).isFalse();
    assertThat(reconciliation.stats().lastSuccess()).isEmpty();
    memory.answering(scan(gone), Optional.of(new Evidence.Absent<>(NOW)));
    complete();
    assertThat(reconciliation.stats().lastSuccess()).hasValue(now);
  }

  @Test
  void aRepositoryThatCouldNotBeReadIsReadNextTimeThoughUnchanged() throws InterruptedException {
    listed(artifact(ONE, ""));
    harbor.answer(ARTIFACTS, 401, "{}");
    assertThat(run().complete()).isFalse();
    harbor.pages(ARTIFACTS, list(List.of(artifact(ONE, ""))));
    assertThat(complete().repositories()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"UNREACHABLE, 1", "THROTTLED, 1", "OVERLOADED, 1", "FORBIDDEN, 0", "MALFORMED, 0"})
  void aDifferenceWithoutAnAnswerStaysOne(Cause cause, int unanswered) throws InterruptedException {
    memory.knowing(all(ONE));
    memory.answering(
        scan(ONE), Optional.of(new Evidence.Unavailable<>(Doubt.of(cause, "tried in vain"))));
    listed(artifact(ONE, ""));
    assertThat(run()).isEqualTo(new Outcome(1, 1, 1, 0, unanswered, Optional.empty()));
    assertThat(run().differences()).as("the list says the same").isEqualTo(1);
    assertThat(memory.looked).containsExactly(renewing(scan(ONE), new Signatures(ONE)));
  }

  @Test
  void anAnswerThatDidNotComeOrIsOldIsNone() throws InterruptedException {
    memory.knowing(all(ONE)).knowing(all(TWO));
    memory.answering(scan(ONE), Optional.empty());
    memory.answering(new Signatures(TWO), Optional.of(new Evidence.Absent<>(NOW.minusNanos(1))));
    listed(artifact(ONE, ""), artifact(TWO, ""));
    Outcome outcome = run();
    assertThat(outcome.unanswered()).isEqualTo(2);
    assertThat(outcome.complete()).isFalse();
    assertThat(reconciliation.stats())
        .isEqualTo(new Reconciliation.Stats(1, 1, 2, Optional.empty()));
  }

  @Test
  void aPushThatCouldNotBeGatheredIsTriedAgain() throws InterruptedException {
    listed(artifact(ONE, pushedAt(NOW)));
    memory.answering(new Manifest(ONE), Optional.empty());
    assertThat(run().unanswered()).isEqualTo(1);
    memory.answering(new Manifest(ONE), Optional.of(new Evidence.Absent<>(NOW)));
    assertThat(complete().differences()).as("and what is known by now").isEqualTo(2);
    assertThat(memory.looked)
        .containsExactly(renewing(scan(ONE), new Signatures(ONE)), Effects.gathering(ONE));
    assertThat(complete().differences()).isZero();
  }

  private void fill(int artifacts) {
    List<String> entries =
        new ArrayList<>(
            IntStream.range(0, artifacts)
                .mapToObj(i -> artifact(image(1000 + i), pushedAt(NOW)))
                .toList());
    List<String> pages = new ArrayList<>();
    for (int from = 0; from < entries.size(); from += Page.MOST) {
      pages.add(list(entries.subList(from, Math.min(from + Page.MOST, entries.size()))));
    }
    listed();
    harbor.pages(ARTIFACTS, pages.toArray(String[]::new));
  }

  @Test
  void T19_aRunGathersSoManyPushesAndTheNextOneGoesOn() throws InterruptedException {
    fill(1_001);
    Outcome first = complete();
    assertThat(first.artifacts()).isEqualTo(1_001);
    assertThat(first.differences()).isEqualTo(1_000);
    assertThat(memory.looked).doesNotContain(Effects.gathering(image(2_000)));
    assertThat(complete().differences()).isEqualTo(1);
    assertThat(memory.looked).containsExactly(Effects.gathering(image(2_000)));
  }

  @Test
  void T19_listsAreReadUpToABoundOfPages() throws InterruptedException {
    String full = list(Collections.nCopies(Page.MOST, artifact(ONE, "")));
    String names = list(Collections.nCopies(Page.MOST, "{\"name\": \"shop\"}"));
    String none = list(Collections.nCopies(Page.MOST, "{\"name\": \"shop/web\"}"));
    harbor
        .pages(PROJECTS, Collections.nCopies(51, names).toArray(String[]::new))
        .pages(REPOSITORIES, Collections.nCopies(51, none).toArray(String[]::new))
        .pages(ARTIFACTS, Collections.nCopies(21, full).toArray(String[]::new));
    assertThat(complete()).isEqualTo(new Outcome(1, 2_000, 0, 0, 0, Optional.empty()));
    assertThat(Collections.frequency(asked(), PROJECTS)).isEqualTo(50);
    assertThat(Collections.frequency(asked(), REPOSITORIES)).isEqualTo(50);
    assertThat(Collections.frequency(asked(), ARTIFACTS)).isEqualTo(20);
    assertThat(harbor.asked().getLast().query()).endsWith("&page_size=100&page=20");
  }

  @Test
  void aFullPageIsFollowedByTheNextAndAShorterOneIsTheLast() throws InterruptedException {
    fill(99);
    assertThat(complete().artifacts()).isEqualTo(99);
    assertThat(Collections.frequency(asked(), ARTIFACTS)).isEqualTo(1);
    fill(100);
    assertThat(complete().artifacts()).isEqualTo(100);
    assertThat(Collections.frequency(asked(), ARTIFACTS)).isEqualTo(2);
  }

  @Test
  void keysAreAskedForInPortions() throws InterruptedException {
    listed();
    for (int i = 0; i < 65; i++) {
      memory.knowing(scan(image(i)));
    }
    complete();
    assertThat(memory.looked).extracting(effects -> effects.renew().size()).containsExactly(64, 1);
    memory.knowing(scan(image(65)));
    for (int i = 66; i < 128; i++) {
      memory.knowing(scan(image(i)));
    }
    complete();
    assertThat(memory.looked).extracting(effects -> effects.renew().size()).containsExactly(64, 64);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private void dueIn(Duration time) {
    pass(time.minusNanos(1));
    assertThat(reconciliation.due()).as("a moment before %s", time).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(reconciliation.due()).as("after %s", time).isTrue();
  }

  @Test
  void runsComeFromTimeToTimeAndSoonerOnceSomethingWasMissed() throws InterruptedException {
    assertThat(reconciliation.host()).isEqualTo(HOST);
    assertThat(reconciliation.due()).as("at first").isTrue();
    now = NOW.plusSeconds(5);
    complete();
    assertThat(memory.compared).as("since it was made").containsExactly(HOST + " " + NOW);
    dueIn(EVERY);
    complete();
    assertThat(memory.compared).hasSize(1);
    assertThat(reconciliation.due()).isFalse();
    reconciliation.soon();
    assertThat(reconciliation.due()).isTrue();
    complete();
    dueIn(EVERY);
    assertThat(reconciliation.stats())
        .isEqualTo(new Reconciliation.Stats(3, 0, 0, Optional.of(NOW.plusSeconds(5))));
  }

  @Test
  void whileHarborFailsRunsBecomeRarer() throws InterruptedException {
    harbor.answer(PROJECTS, 401, "{}");
    for (int seconds : List.of(15, 30, 60, 120, 240, 480, 600, 600)) {
      assertThat(run().complete()).isFalse();
      reconciliation.soon();
      dueIn(Duration.ofSeconds(seconds));
    }
    harbor.pages(PROJECTS, "[]");
    complete();
    dueIn(EVERY);
    harbor.answer(PROJECTS, 401, "{}");
    run();
    dueIn(Duration.ofSeconds(15));
  }

  @Test
  void aHarborThatSaysWhenIsNotAskedBefore() throws InterruptedException {
    harbor.answer(PROJECTS, 429, "{}", "Retry-After", "40");
    Outcome outcome = run();
    assertThat(outcome.down().flatMap(Doubt::retryAt)).contains(NOW.plusSeconds(40));
    dueIn(Duration.ofSeconds(40));
  }
}
