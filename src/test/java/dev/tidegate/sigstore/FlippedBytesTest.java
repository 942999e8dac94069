package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry.CheckpointSignature;
import dev.sigstore.rekor.client.RekorParseException;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.Signer;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.sigstore.Parts.Part;
import dev.tidegate.testkit.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No genuine signature survives a change of one byte in what is signed, logged or stamped. Of
 * contents longer than {@link #SHORT} bytes a sample of positions is tried, which differs from case
 * to case, of about 12 positions each; {@code -Dtidegate.flips=N} tries about N, and {@code
 * -Dtidegate.flips=all} ({@code make flips}) tries every position in every way, which takes ten
 * minutes.
 */
class FlippedBytesTest {
  @RegisterExtension static final Corpus CONFORMANCE = Corpus.named("sigstore-conformance");
  @RegisterExtension static final Corpus IMAGES = Corpus.named("signed-images");

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
  private static final String FLIPS = System.getProperty("tidegate.flips", "12");
  private static final boolean ALL = FLIPS.equals("all");
  private static final int SHORT = 80;
  private static final int SAMPLE = ALL ? Integer.MAX_VALUE : Integer.parseInt(FLIPS);

  /** Ways to change a byte: its lowest bit, its highest, and its place with the next one's. */
  private static final int WAYS = 3;

  /** One genuine document. */
  private record Genuine(String name, PinnedImage image, SignatureDocument document, Signer by) {
    boolean counts(SignatureDocument changed) {
      return !new ProofsDerivation(CLOCK)
          .derive(
              new EvidenceKey.Proofs(
                  new SignatureDocuments(image, List.of(changed), List.of()), by))
          .proven()
          .isEmpty();
    }

    List<byte[]> contents(String part) {
      return Parts.of(document).stream()
          .filter(one -> one.name().endsWith(part))
          .map(one -> one.content().toArray())
          .toList();
    }
  }

  /** Whether a change is one that does not matter. */
  private interface Change {
    boolean isHarmless(Genuine in, byte[] before, byte[] after);
  }

  /**
   * What need not be refused.
   *
   * @param part the content, by the end of its name
   */
  private record DontCare(String part, Change change, String why) {}

  private static final Change ANY = (in, before, after) -> true;

  private static final List<DontCare> DONT_CARE =
      List.of(
          new DontCare(
              "bundle.mediaType",
              ANY,
              "which version a bundle has nobody signs; all that the named version demands is"
                  + " demanded"),
          new DontCare(
              "publicKey.hint", ANY, "keys are the policy's; the hint only makes texts better"),
          new DontCare(
              "kindVersion.kind",
              ANY,
              "repeats, unsigned, what the logged body says; the body counts"),
          new DontCare(
              "kindVersion.version",
              ANY,
              "repeats, unsigned, what the logged body says; the body counts"),
          new DontCare(
              "tlogEntries.logIndex",
              (in, before, after) -> in.contents("signedEntryTimestamp").isEmpty(),
              "without a promise nobody signs it; texts then tell the inclusion proof's index"),
          new DontCare(
              "checkpoint.envelope",
              FlippedBytesTest::sameForTheLog,
              "signatures of witnesses, and bits of base64 that belong to no byte"),
          new DontCare(
              "signedTimestamp",
              FlippedBytesTest::sameStamp,
              "the wrapping of the timestamp: what it states, the signed attributes, which name"
                  + " the certificate, and the signature are the same"),
          new DontCare(
              "dev.sigstore.cosign/chain", ANY, "not read: the chain is the trusted root's"),
          new DontCare(
              "predicateType", ANY, "not read as an annotation: the signed statement says it"));

  /** Whether what the log has signed, and a signature of the log, are the same. */
  private static boolean sameForTheLog(Genuine in, byte[] before, byte[] after) {
    try {
      var one = Checkpoints.from(new String(before, StandardCharsets.UTF_8));
      var other = Checkpoints.from(new String(after, StandardCharsets.UTF_8));
      return one.getSignedData().equals(other.getSignedData())
          && in.contents("logId.keyId").stream()
              .anyMatch(id -> of(id, one.getSignatures()).equals(of(id, other.getSignatures())));
    } catch (RekorParseException unreadable) {
      return false;
    }
  }

  private static List<String> of(byte[] log, List<CheckpointSignature> signatures) {
    return signatures.stream()
        .filter(one -> Arrays.equals(one.getKeyHint(), Arrays.copyOf(log, 4)))
        .map(one -> one.getIdentity() + " " + Arrays.toString(one.getSignature()))
        .limit(1)
        .toList();
  }

  private static boolean sameStamp(Genuine in, byte[] before, byte[] after) {
    try {
      return stamped(before).equals(stamped(after));
    } catch (TSPException | IOException unreadable) {
      return false;
    }
  }

  private static List<Bytes> stamped(byte[] response) throws TSPException, IOException {
    TimeStampToken token = new TimeStampResponse(response).getTimeStampToken();
    SignerInformation signer =
        token.toCMSSignedData().getSignerInfos().getSigners().iterator().next();
    return List.of(
        Bytes.copyOf(token.getTimeStampInfo().getEncoded()),
        Bytes.copyOf(Objects.requireNonNull(signer.getEncodedSignedAttributes())),
        Bytes.copyOf(signer.getSignature()));
  }

  /** A content of a document, whose bytes are to be changed. */
  private record Content(int number, Genuine of, Part part) {
    int length() {
      return part.content().toArray().length;
    }
  }

  @Test
  void everyFlippedByteIsRefused() throws InterruptedException, ExecutionException {
    List<Genuine> genuine = genuine();
    List<Content> contents =
        IntStream.range(0, genuine.size())
            .boxed()
            .flatMap(number ->
                Parts.of(genuine.get(number).document()).stream()
                    .map(part -> new Content(number, genuine.get(number), part)))
            .sorted(Comparator.comparingInt(Content::length).reversed())
            .toList();
    Queue<String> accepted = new ConcurrentLinkedQueue<>();
    Set<String> excused = ConcurrentHashMap.newKeySet();
    AtomicInteger tried = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(contents.size());
    try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Callable<Boolean>> work =
          contents.stream()
              .<Callable<Boolean>>map(one ->
                  () -> {
                    int sum = tried.addAndGet(flip(one, accepted, excused));
                    if (left.decrementAndGet() % 20 == 0 && ALL) {
                      System.err.println(left + " contents left, " + sum + " changes tried");
                    }
                    return true;
                  })
              .toList();
      for (Future<Boolean> one : threads.invokeAll(work)) {
        assertThat(one.get()).isTrue();
      }
    }
    System.err.println(
        tried + " changes of " + genuine.size() + " genuine documents" + (ALL ? "" : ", sampled"));
    assertThat(accepted).isEmpty();
    if (ALL) {
      assertThat(excused)
          .as("rows that excuse something")
          .containsExactlyInAnyOrderElementsOf(DONT_CARE.stream().map(DontCare::part).toList());
    }
  }

  private static int flip(Content of, Queue<String> accepted, Set<String> excused) {
    int number = of.number();
    Genuine one = of.of();
    Part part = of.part();
    byte[] content = part.content().toArray();
    int step = content.length <= SHORT ? 1 : Math.max(1, content.length / SAMPLE);
    int tried = 0;
    for (int at = number % step; at < content.length; at += step) {
      for (int way = 0; way < WAYS; way++) {
        byte[] changed = changed(content, at, way);
        if ((ALL || way == (at / step + number) % WAYS) && !Arrays.equals(changed, content)) {
          tried++;
          if (one.counts(part.with().apply(changed))) {
            Optional<String> row = harmless(one, part, changed);
            row.ifPresent(excused::add);
            if (row.isEmpty()) {
              accepted.add(one.name() + ": " + part.name() + ", byte " + at + ", way " + way);
            }
          }
        }
      }
    }
    return tried;
  }

  /** The row that excuses a change. */
  private static Optional<String> harmless(Genuine one, Part part, byte[] changed) {
    return DONT_CARE.stream()
        .filter(row -> part.name().endsWith(row.part()))
        .filter(row -> row.change().isHarmless(one, part.content().toArray(), changed))
        .map(DontCare::part)
        .findFirst();
  }

  private static byte[] changed(byte[] content, int at, int way) {
    byte[] changed = content.clone();
    switch (way) {
      case 0 -> changed[at] ^= 0x01;
      case 1 -> changed[at] ^= (byte) 0x80;
      default -> {
        int next = (at + 1) % content.length;
        changed[at] = content[next];
        changed[next] = content[at];
      }
    }
    return changed;
  }

  /** All documents of both corpora that count for a signer, each once. */
  private static List<Genuine> genuine() {
    Map<Object, Genuine> all = new LinkedHashMap<>();
    for (JsonNode one : CONFORMANCE.index().get("cases")) {
      if (one.get("expected").asText().equals("pass")) {
        CONFORMANCE.ran();
        Genuine genuine =
            new Genuine(
                one.get("case").asText(),
                new PinnedImage(
                    new Repository("registry.example.com", "app"),
                    new Digest("sha256", one.get("artifactSha256").asText())),
                new SignatureDocument.Bundle(
                    "referrer", Bytes.copyOf(CONFORMANCE.bytes(one.get("bundle").asText()))),
                ConformanceTest.signer(one, CONFORMANCE));
        assertThat(genuine.counts(genuine.document())).as(genuine.name()).isTrue();
        all.putIfAbsent(List.of(genuine.document(), genuine.by()), genuine);
      }
    }
    SignedImages images = new SignedImages(IMAGES);
    for (JsonNode one : images.cases()) {
      if (one.get("expected").asText().equals("pass")) {
        IMAGES.ran();
        images(images, one, all);
      }
    }
    return List.copyOf(all.values());
  }

  private static void images(SignedImages images, JsonNode one, Map<Object, Genuine> all) {
    String name = one.get("name").asText();
    SignatureDocuments documents = images.documents(one);
    boolean some = false;
    for (SignatureDocument document : documents.documents()) {
      for (Signer signer : images.signers(one)) {
        Genuine genuine = new Genuine(name, documents.image(), document, signer);
        if (genuine.counts(document)) {
          all.putIfAbsent(List.of(document, signer), genuine);
          some = true;
        }
      }
    }
    assertThat(some).as(name).isTrue();
  }
}
