package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.harbor.HintQueue.Everything;
import dev.tidegate.harbor.HintQueue.One;
import dev.tidegate.harbor.HintQueue.Received;
import dev.tidegate.harbor.HintQueue.Task;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks that come as they should and as they should not. */
class ReceiverTest {
  private static final String HOST = "harbor.example.com";
  private static final String SECRET = "Bearer 0123456789abcdef";
  private static final String D1 = "sha256:" + "1".repeat(64);
  private static final String D2 = "sha256:" + "2".repeat(64);
  private static final Repository WEB = new Repository(HOST, "shop/web");

  private final HintQueue queue = new HintQueue(100);
  private final List<String> words = new ArrayList<>();
  private final Receiver receiver =
      new Receiver(
          List.of(
              new Receiver.Sender(HOST, () -> Secrets.parse(SECRET)),
              new Receiver.Sender(
                  "other.example.com", () -> Secrets.parse("Bearer of the other Harbor"))),
          queue,
          words::add);

  private Receiver.Reply send(String authorization, String body) {
    return receiver.receive(Map.of("authorization", authorization), body.getBytes(UTF_8));
  }

  private static String event(String type, String rest) {
    return "{\"type\": \"" + type + "\", \"event_data\": {" + rest + "}}";
  }

  private static String in(String repository, String... resources) {
    return "\"repository\": {\"repo_full_name\": \""
        + repository
        + "\"}, \"resources\": ["
        + String.join(",", resources)
        + "]";
  }

  private static String push(String digest, String tag) {
    return event(
        "PUSH_ARTIFACT",
        in("shop/web", "{\"digest\": \"" + digest + "\", \"tag\": \"" + tag + "\"}"));
  }

  private List<Task> tasks() throws InterruptedException {
    List<Task> tasks = new ArrayList<>();
    for (Optional<Task> next = queue.next(Duration.ZERO);
        next.isPresent();
        next = queue.next(Duration.ZERO)) {
      tasks.add(next.get());
    }
    return tasks;
  }

  private static Task task(Hint hint) {
    return new One(new Received(HOST, hint));
  }

  @Test
  void T30_withoutASecretNothingIsEvenRead() throws InterruptedException {
    tasks();
    for (String wrong :
        List.of("", "Bearer", SECRET + " ", SECRET.toLowerCase(java.util.Locale.ROOT), "x")) {
      assertThat(send(wrong, "not even JSON").status()).isEqualTo(401);
    }
    assertThat(receiver.receive(Map.of(), new byte[0]).status()).isEqualTo(401);
    assertThat(tasks()).isEmpty();
    assertThat(words).hasSize(6).containsOnly("refused");
  }

  @Test
  void T30_theSecretTellsWhichHarborItIsAndNotTheCallback() throws InterruptedException {
    tasks();
    String body = push(D1, "1").replace("}]", ", \"resource_url\": \"" + HOST + "/shop/web:1\"}]");
    assertThat(send("Bearer of the other Harbor", body).status()).isEqualTo(200);
    Task task = tasks().getFirst();
    assertThat(((One) task).received().host()).isEqualTo("other.example.com");
  }

  @Test
  void T30_doubledCallbacksAreOneTask() throws InterruptedException {
    assertThat(tasks()).containsExactly(new Everything());
    for (int i = 0; i < 5; i++) {
      assertThat(send(SECRET, push(D1, "1")).status()).isEqualTo(200);
      assertThat(send(SECRET, push(D2, "1")).status()).isEqualTo(200);
    }
    assertThat(tasks())
        .containsExactly(
            task(new Hint.Pushed("shop/web", Digest.parse(D1), Optional.of("1"))),
            task(new Hint.Pushed("shop/web", Digest.parse(D2), Optional.of("1"))));
    send(SECRET, push(D1, "1"));
    assertThat(tasks()).as("what comes while or after it was looked at counts anew").hasSize(1);
  }

  @Test
  void T30_anyOrderLeadsToTheSameQuestions() {
    List<String> events =
        List.of(
            push(D1, "1"),
            push(D2, "1"),
            event("DELETE_ARTIFACT", in("shop/web", "{\"digest\": \"" + D1 + "\"}")),
            event("SCANNING_COMPLETED", in("shop/web", "{\"digest\": \"" + D2 + "\"}")));
    Set<Object> asked = null;
    Random random = new Random(30);
    for (int round = 0; round < 20; round++) {
      List<String> order = new ArrayList<>(events);
      java.util.Collections.shuffle(order, random);
      Set<Object> keys = new java.util.HashSet<>();
      for (String event : order) {
        for (Hint hint : Events.read(event.getBytes(UTF_8))) {
          keys.addAll(Effects.of(HOST, hint).renew());
        }
      }
      assertThat(asked == null ? keys : asked).isEqualTo(keys);
      asked = keys;
    }
  }

  @Test
  void tooManyHintsBecomeOneReconciliation() throws InterruptedException {
    tasks();
    for (int i = 0; i < 101; i++) {
      send(SECRET, push("sha256:" + "%064x".formatted(i), "1"));
    }
    assertThat(queue.overflows()).isEqualTo(1);
    send(SECRET, push(D2, "after"));
    assertThat(tasks())
        .containsExactly(
            new Everything(),
            task(new Hint.Pushed("shop/web", Digest.parse(D2), Optional.of("after"))));
  }

  @Test
  void whatBringsAboutNothingIsCountedAndNotQueued() throws InterruptedException {
    tasks();
    for (String body :
        List.of(
            event("PULL_ARTIFACT", in("shop/web", "{\"digest\": \"" + D1 + "\"}")),
            event("QUOTA_EXCEED", ""),
            event("QUOTA_WARNING", ""),
            event("UPLOAD_CHART", "\"anything\": [1, 2]"),
            "{\"type\": \"WHATEVER\"}",
            "{\"type\": \"harbor.new.thing\", \"specversion\": \"1.0\", \"extra\": {}}")) {
      assertThat(send(SECRET, body).status()).as(body).isEqualTo(200);
    }
    assertThat(tasks()).isEmpty();
    assertThat(words)
        .containsExactly(
            "pulled", "quota_exceeded", "quota_warned", "unknown", "unknown", "unknown");
  }

  @Test
  void whatIsBrokenIsA400ThatSaysWhy() throws InterruptedException {
    tasks();
    Map<String, String> broken =
        Map.ofEntries(
            Map.entry("", "there is nothing"),
            Map.entry("{", "not a callback of Harbor (line 1"),
            Map.entry("[]", "not a JSON object"),
            Map.entry("null", "not a JSON object"),
            Map.entry("{}", "type is missing"),
            Map.entry("{\"type\": 5}", "not a callback of Harbor"),
            Map.entry("{\"type\": \"PUSH_ARTIFACT\"}", "event_data is missing"),
            Map.entry(
                "{\"type\": \"harbor.artifact.pushed\", \"specversion\": \"1.0\"}",
                "data is missing"),
            Map.entry(
                "{\"type\": \"harbor.artifact.pushed\", \"specversion\": \"0.3\"}", "not 1.0"),
            Map.entry(event("PUSH_ARTIFACT", ""), "repo_full_name is missing"),
            Map.entry(event("PUSH_ARTIFACT", in("shop/web")), "has no resources"),
            Map.entry(event("PUSH_ARTIFACT", in("shop/web", "null")), "is null"),
            Map.entry(event("PUSH_ARTIFACT", in("shop/web", "{}")), "digest is missing"),
            Map.entry(
                event("PUSH_ARTIFACT", in("shop/web", "{\"digest\": \"sha256:12\"}")),
                "64 hexadecimal digits"),
            Map.entry(
                event("PUSH_ARTIFACT", in("../etc", "{\"digest\": \"" + D1 + "\"}")),
                "repo_full_name"),
            Map.entry(event("REPLICATION", ""), "replication is missing"),
            Map.entry(event("TAG_RETENTION", ""), "retention is missing"),
            Map.entry(push(D1, "1") + "x", "not a callback of Harbor"),
            Map.entry(push(D1, "1") + "{}", "more after the end"),
            Map.entry("{\"type\": \"A\", \"type\": \"B\"}", "Duplicate"),
            Map.entry(
                "{\"type\": \"A\", \"x\": " + "[".repeat(200) + "]".repeat(200) + "}", "bound"));
    broken.forEach((body, why) -> {
      Receiver.Reply reply = send(SECRET, body);
      assertThat(reply.status()).as(body).isEqualTo(400);
      assertThat(reply.text()).as(body).contains(why).doesNotContain("\n");
    });
    assertThat(send(SECRET, " ".repeat(Events.MOST_BYTES + 1)).status()).isEqualTo(413);
    assertThat(tasks()).isEmpty();
    assertThat(words).containsOnly("broken");
  }

  @Test
  void eachHintHasItsEffects() {
    PinnedImage image = new PinnedImage(WEB, Digest.parse(D1));
    PinnedImage subject = new PinnedImage(WEB, Digest.parse(D2));
    Scan scan = new Scan(image, ScanSource.HARBOR);
    Resolution tag = new Resolution(ImageReference.parse("harbor.example.com/shop/web:1"));

    Effects tagged =
        Effects.of(HOST, new Hint.Pushed("shop/web", image.digest(), Optional.of("1")));
    assertThat(tagged.renew())
        .containsExactlyInAnyOrder(
            tag, new Manifest(image), new Config(image), new Signatures(image), scan);
    assertThat(tagged.fresh()).contains(image);
    assertThat(tagged.repositories()).isEmpty();

    Effects untagged =
        Effects.of(HOST, new Hint.Pushed("shop/web", image.digest(), Optional.empty()));
    assertThat(untagged.renew()).doesNotContain(tag).contains(scan);
    assertThat(untagged.repositories()).containsExactly(WEB);

    for (String kind : List.of("sig", "att", "sbom")) {
      Effects beside =
          Effects.of(
              HOST,
              new Hint.Pushed(
                  "shop/web",
                  image.digest(),
                  Optional.of("sha256-" + subject.digest().hex() + "." + kind)));
      assertThat(beside)
          .isEqualTo(
              new Effects(Set.of(new Signatures(subject)), Set.of(), Set.of(), Optional.empty()));
    }

    Effects deleted =
        Effects.of(HOST, new Hint.Deleted("shop/web", image.digest(), Optional.of("1")));
    assertThat(deleted.renew()).hasSize(5).contains(tag, new Manifest(image), scan);
    assertThat(deleted.repositories()).containsExactly(WEB);
    assertThat(deleted.fresh()).isEmpty();

    for (Hint.Kind kind : Hint.Kind.values()) {
      for (Hint.End end : Hint.End.values()) {
        assertThat(Effects.of(HOST, new Hint.Scanned("shop/web", image.digest(), kind, end)))
            .isEqualTo(new Effects(Set.of(scan), Set.of(), Set.of(), Optional.empty()));
      }
    }
    assertThat(Effects.of(HOST, new Hint.Replicated(List.of("a", "b"))).projects())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(Effects.of(HOST, new Hint.Retained(Optional.of("a"))).projects())
        .containsExactly("a");
    for (Hint nothing : List.of(new Hint.Quota(true), new Hint.Pulled(), new Hint.Unknown("X"))) {
      assertThat(Effects.of(HOST, nothing)).isEqualTo(Effects.NONE);
    }
  }

  @Test
  void aTagThatIsADigestIsNone() {
    assertThat(Events.read(push(D1, D1).getBytes(UTF_8)))
        .containsExactly(new Hint.Pushed("shop/web", Digest.parse(D1), Optional.empty()));
    assertThat(Events.read(push(D1, "no tag at all").getBytes(UTF_8)))
        .hasSize(1)
        .allSatisfy(hint -> assertThat(Effects.of(HOST, hint).renew()).hasSize(4));
  }

  @Test
  void aScanThatDoesNotSayItsKindIsLookedAt() {
    String body =
        event(
            "SCANNING_COMPLETED",
            in("shop/web", "{\"digest\": \"" + D1 + "\"}") + ", \"scan\": {}");
    assertThat(Events.read(body.getBytes(UTF_8)))
        .containsExactly(
            new Hint.Scanned("shop/web", Digest.parse(D1), Hint.Kind.UNSAID, Hint.End.COMPLETED));
  }

  @Test
  void secretsAreSeveralAndLong() {
    Secrets both = Secrets.parse("\n Bearer old-old-old-old \n\nBearer new-new-new-new\r\n");
    assertThat(both.contain("Bearer old-old-old-old")).isTrue();
    assertThat(both.contain("Bearer new-new-new-new")).isTrue();
    assertThat(both.contain("Bearer old-old-old-ol")).isFalse();
    assertThat(both.contain("")).isFalse();
    assertThat(both.contain("x".repeat(100_000))).isFalse();
    for (String bad :
        List.of("", "\n\n", "short", "x".repeat(1001), "0123456789abcdef\n".repeat(17))) {
      assertThatThrownBy(() -> Secrets.parse(bad)).isInstanceOf(BadValue.class);
    }
    assertThatThrownBy(() -> Secrets.parse("hunter2"))
        .hasMessageNotContaining("hunter2")
        .hasMessageContaining("line 1");
  }

  @Test
  void secretsAreExchangedWithoutARestart(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("secrets");
    Files.writeString(file, "0123456789abcdef-one\n");
    AtomicLong now = new AtomicLong();
    List<String> told = new ArrayList<>();
    SecretFile secrets = new SecretFile(file, now::get, bad -> told.add(bad.problem()));
    assertThat(secrets.get().contain("0123456789abcdef-one")).isTrue();
    Files.writeString(file, "0123456789abcdef-one\n0123456789abcdef-two\n");
    assertThat(secrets.get().contain("0123456789abcdef-two")).as("not yet").isFalse();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(secrets.get().contain("0123456789abcdef-two")).isTrue();
    Files.writeString(file, "");
    for (int i = 0; i < 3; i++) {
      now.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(secrets.get().contain("0123456789abcdef-two"))
          .as("those of before stay while the file is broken")
          .isTrue();
    }
    assertThat(told).hasSize(1).first().asString().contains("there is no secret");
    Files.delete(file);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(secrets.get().contain("0123456789abcdef-two")).isTrue();
    assertThat(told).hasSize(2);
    Files.writeString(file, "0123456789abcdef-six\n");
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(secrets.get().contain("0123456789abcdef-two")).isFalse();
    assertThat(secrets.get().contain("0123456789abcdef-six")).isTrue();
    assertThatThrownBy(() -> new SecretFile(folder.resolve("none"), now::get, bad -> {}))
        .isInstanceOf(BadValue.class);
  }
}
