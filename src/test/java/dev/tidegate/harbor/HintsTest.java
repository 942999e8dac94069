package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.harbor.HintQueue.Everything;
import dev.tidegate.harbor.HintQueue.One;
import dev.tidegate.harbor.HintQueue.Received;
import dev.tidegate.harbor.HintQueue.Task;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callbacks say in both formats, and where hints go from there. */
class HintsTest {
  private static final String HOST = "harbor.example.com";
  private static final String SECRET = "Bearer 0123456789abcdef";
  private static final Digest DIGEST = Digest.parse("sha256:" + "1".repeat(64));
  private static final String PUSH = body("PUSH_ARTIFACT", "event_data", resources(1));

  private final HintQueue queue = new HintQueue(2);
  private final List<String> words = new ArrayList<>();
  private final List<String> passed = new ArrayList<>();
  private final Receiver receiver =
      new Receiver(
          List.of(new Receiver.Sender(HOST, () -> Secrets.parse(SECRET))),
          queue,
          words::add,
          (host, body) -> passed.add(host + " " + new String(body, UTF_8)));

  private static String resources(int number) {
    return "\"repository\": {\"repo_full_name\": \"shop/web\"}, \"resources\": ["
        + String.join(
            ",", Collections.nCopies(number, "{\"digest\": \"" + DIGEST + "\", \"tag\": \"1\"}"))
        + "]";
  }

  private static String body(String type, String where, String rest) {
    return "{\"type\": \"" + type + "\", \"" + where + "\": {" + rest + "}}";
  }

  private static List<Hint> read(String body) {
    return Events.read(body.getBytes(UTF_8));
  }

  private static Received received(String tag) {
    return new Received(HOST, new Hint.Pushed("shop/web", DIGEST, Optional.of(tag)));
  }

  private Optional<Task> next() throws InterruptedException {
    return queue.next(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    "PUSH_ARTIFACT, harbor.artifact.pushed, pushed",
    "PULL_ARTIFACT, harbor.artifact.pulled, pulled",
    "DELETE_ARTIFACT, harbor.artifact.deleted, deleted",
    "QUOTA_EXCEED, harbor.quota.exceeded, quota_exceeded",
    "QUOTA_WARNING, harbor.quota.warned, quota_warned",
    "SCANNING_COMPLETED, harbor.scan.completed, scan_completed",
    "SCANNING_FAILED, harbor.scan.failed, scan_failed",
    "SCANNING_STOPPED, harbor.scan.stopped, scan_stopped",
    "REPLICATION, harbor.replication.status.changed, replicated",
    "TAG_RETENTION, harbor.tag_retention.finished, tag_retention",
    "UPLOAD_CHART, harbor.chart.uploaded, unknown"
  })
  void bothFormatsSayTheSame(String type, String cloudType, String word) {
    String rest =
        resources(2)
            + ", \"scan\": {\"scan_type\": \"sbom\"}, \"retention\": {\"project_name\": \"shop\"},"
            + " \"replication\": {\"src_resource\": {\"namespace\": \"other/deep\"},"
            + " \"dest_resource\": {\"namespace\": \"shop\"}}";
    List<Hint> hints = read(body(type, "event_data", rest));
    assertThat(hints).as("each once").hasSize(1);
    Hint hint = hints.getFirst();
    assertThat(hint.word()).isEqualTo(word);
    Hint other =
        read(body(cloudType, "data", rest).replaceFirst("\\{", "{\"specversion\": \"1.0\","))
            .getFirst();
    assertThat(other instanceof Hint.Unknown ? hint : other).isEqualTo(hint);
    switch (hint) {
      case Hint.Replicated replicated ->
          assertThat(replicated.projects()).containsExactly("other", "shop");
      case Hint.Retained retained -> assertThat(retained.project()).contains("shop");
      case Hint.Scanned scanned -> assertThat(scanned.kind()).isEqualTo(Hint.Kind.SBOM);
      case Hint.Deleted deleted -> assertThat(deleted.tag()).contains("1");
      default -> {}
    }
  }

  @Test
  void namesThatAreNotSaidAreNone() {
    assertThat(
            read(body("TAG_RETENTION", "event_data", "\"retention\": {\"project_name\": \" \"}")))
        .containsExactly(new Hint.Retained(Optional.empty()));
    assertThat(
            read(
                body(
                    "REPLICATION",
                    "event_data",
                    "\"replication\": {\"dest_resource\": {\"namespace\": \" \"}}")))
        .containsExactly(new Hint.Replicated(List.of()));
    assertThat(
            read(
                body(
                    "SCANNING_COMPLETED",
                    "event_data",
                    resources(1) + ", \"scan\": {\"scan_type\": \"vulnerability\"}")))
        .containsExactly(
            new Hint.Scanned("shop/web", DIGEST, Hint.Kind.VULNERABILITIES, Hint.End.COMPLETED));
    assertThat(read(PUSH.replace("\"1\"", "\"\"")))
        .containsExactly(new Hint.Pushed("shop/web", DIGEST, Optional.empty()));
  }

  @Test
  void T19_aCallbackHasABoundOfResourcesAndOfBytes() {
    assertThat(read(body("PUSH_ARTIFACT", "event_data", resources(1_000)))).hasSize(1);
    assertThatThrownBy(() -> read(body("PUSH_ARTIFACT", "event_data", resources(1_001))))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("there are more than 1000 resources");
    byte[] longest = PUSH.concat(" ".repeat(Events.MOST_BYTES - PUSH.length())).getBytes(UTF_8);
    assertThat(receiver.passedOn(HOST, longest).status()).isEqualTo(200);
  }

  @Test
  void whatAHarborSentIsPassedOnAndWhatAReplicaPassedOnIsNot() throws InterruptedException {
    next();
    Map<String, String> headers = Map.of("authorization", SECRET);
    assertThat(receiver.receive(headers, PUSH.getBytes(UTF_8)))
        .isEqualTo(new Receiver.Reply(200, "received"));
    assertThat(passed).containsExactly(HOST + " " + PUSH);
    assertThat(receiver.receive(headers, "{\"type\": \"PULL_ARTIFACT\"}".getBytes(UTF_8)).status())
        .isEqualTo(200);
    assertThat(passed).as("what changes nothing stays here").hasSize(1);
    assertThat(next()).contains(new One(received("1")));
    assertThat(receiver.passedOn(HOST, PUSH.getBytes(UTF_8)))
        .isEqualTo(new Receiver.Reply(200, "received"));
    assertThat(next()).contains(new One(received("1")));
    assertThat(passed).hasSize(1);
    assertThat(receiver.passedOn("other.example.com", PUSH.getBytes(UTF_8)))
        .isEqualTo(new Receiver.Reply(404, "no callbacks of that Harbor are configured here"));
    assertThat(next()).isEmpty();
    assertThat(words).containsExactly("pushed", "pulled", "pushed", "broken");
  }

  @Test
  void whatWasMissedIsEverything() throws InterruptedException {
    next();
    queue.add(received("1"));
    receiver.missed();
    assertThat(queue.size()).as("all of it is in there").isZero();
    assertThat(next()).contains(new Everything());
    assertThat(next()).isEmpty();
  }

  @Test
  void T19_aQueueIsFullWithAsManyAsItHoldsAndNoFewer() throws InterruptedException {
    next();
    queue.add(received("1"));
    queue.add(received("2"));
    queue.add(received("2"));
    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.overflows()).isZero();
    queue.add(received("3"));
    assertThat(queue.size()).isZero();
    assertThat(queue.overflows()).isEqualTo(1);
    assertThat(next()).contains(new Everything());
    assertThatThrownBy(() -> new HintQueue(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new HintQueue(1).next(Duration.ZERO)).contains(new Everything());
  }

  /** Whoever waits is woken, by a hint and by a gap alike. */
  @Test
  void whoeverWaitsIsWoken() throws Exception {
    for (Consumer<HintQueue> waking :
        List.<Consumer<HintQueue>>of(waited -> waited.add(received("1")), HintQueue::reconcile)) {
      HintQueue waited = new HintQueue(1);
      waited.next(Duration.ZERO);
      FutureTask<Optional<Task>> task = new FutureTask<>(() -> waited.next(Duration.ofMinutes(1)));
      Thread waiting = Thread.ofPlatform().start(task);
      while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
        Thread.onSpinWait();
      }
      waking.accept(waited);
      assertThat(task.get()).isPresent();
      waiting.join();
    }
  }

  @Test
  void secretsHaveBounds() {
    for (String good : List.of("x".repeat(16), "x".repeat(1_000))) {
      assertThat(Secrets.parse(good).contain(good)).isTrue();
      assertThat(Secrets.parse(good).contain(good + "x")).isFalse();
    }
    for (String bad : List.of("x".repeat(15), "x".repeat(1_001))) {
      assertThatThrownBy(() -> Secrets.parse("\n" + bad))
          .isInstanceOf(BadValue.class)
          .hasMessageContaining("the secret on line 2 has " + bad.length() + " characters");
    }
    assertThat(Secrets.parse("0123456789abcdef\n".repeat(16)).contain("0123456789abcdef")).isTrue();
    assertThatThrownBy(() -> Secrets.parse("0123456789abcdef\n".repeat(17)))
        .hasMessageContaining("there are more than 16 secrets");
  }
}
