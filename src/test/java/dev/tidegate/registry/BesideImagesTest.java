package dev.tidegate.registry;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocument.Kind;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.workload.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where signatures may lie beside an image, and how much of that is read. */
class BesideImagesTest {
  private static final byte[] PAYLOAD = utf8("payload");

  private final RegistryDouble registry = RegistryDouble.start();
  private final RegistryFixture gate = new RegistryFixture(Hosts.of(registry.host()));
  private PinnedImage web;

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
    registry.blob("shop/web", PAYLOAD);
  }

  @AfterEach
  void stop() {
    gate.close();
    registry.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private SignatureDocuments documents() {
    return gate.present(new Signatures(web));
  }

  private List<String> broken() {
    return documents().documents().stream()
        .map(document ->
            document instanceof SignatureDocument.Broken broken
                ? broken.place() + ": " + broken.why()
                : document.toString())
        .toList();
  }

  private String tag(String suffix) {
    return "sha256-" + web.digest().hex() + suffix;
  }

  private Digest push(ObjectNode manifest) {
    return registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8(manifest.toString()));
  }

  private void tagged(String suffix, ObjectNode manifest) {
    registry.tag("shop/web", tag(suffix), push(manifest));
  }

  /** A manifest; {@code name} makes it another. */
  private static ObjectNode manifest(String name) {
    return RegistryDouble.artifact("x", utf8("{}")).put("name", name);
  }

  private static ObjectNode layer(ObjectNode manifest, String type) {
    ArrayNode layers = (ArrayNode) manifest.get("layers");
    return RegistryDouble.describe(layers.addObject(), type, PAYLOAD);
  }

  /** A manifest with {@code layers} layers of a signature, all with the same content. */
  private static ObjectNode signatures(String name, int layers) {
    ObjectNode manifest = manifest(name);
    for (int i = 0; i < layers; i++) {
      layer(manifest, MediaTypes.SIMPLE_SIGNING);
    }
    return manifest;
  }

  private ObjectNode referring(ObjectNode manifest) {
    RegistryDouble.describe(manifest.putObject("subject"), MediaTypes.OCI_MANIFEST, new byte[1])
        .put("digest", web.digest().toString());
    return manifest;
  }

  private static ObjectNode list(List<Digest> digests) {
    ObjectNode list =
        Json.MAPPER
            .createObjectNode()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode manifests = list.putArray("manifests");
    digests.forEach(digest ->
        manifests
            .addObject()
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("size", 1)
            .put("digest", digest.toString()));
    return list;
  }

  private void indexed(String suffix, List<Digest> children) {
    registry.tag(
        "shop/web",
        tag(suffix),
        registry.manifest("shop/web", MediaTypes.OCI_INDEX, utf8(list(children).toString())));
  }

  private void referrers(List<Digest> digests) {
    registry.instead(
        asked -> asked.path().contains("/referrers/"), status(200, list(digests).toString()));
  }

  private static Digest absent(int number) {
    return Bytes.copyOf(utf8("absent " + number)).sha256();
  }

  private static List<Digest> absent(int from, int to) {
    return IntStream.range(from, to).mapToObj(BesideImagesTest::absent).toList();
  }

  /** cosign follows an index under its tags, so a signature below one counts. */
  @Test
  void theManifestsOfAnIndexUnderATagAreReadInOrder() {
    indexed(".sig", List.of(push(signatures("a", 1)), push(signatures("b", 2))));
    SignatureDocuments documents = documents();
    assertThat(documents.unread()).isEmpty();
    assertThat(documents.documents())
        .extracting(SignatureDocument::place)
        .containsExactly(
            "tag " + tag(".sig") + ", manifest 1, layer 1",
            "tag " + tag(".sig") + ", manifest 2, layer 1",
            "tag " + tag(".sig") + ", manifest 2, layer 2");
    assertThat(documents.documents())
        .allSatisfy(document ->
            assertThat(((SignatureDocument.Layer) document).payload())
                .isEqualTo(Bytes.copyOf(PAYLOAD)));
  }

  @Test
  void oneManifestOfAnIndexDoesNotHideTheOthers() {
    Digest troubled = push(signatures("troubled", 1));
    registry.instead(asked -> asked.isFor(troubled.toString()), status(503, ""));
    Digest wrong =
        registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8("{\"schemaVersion\":2}"));
    Digest other = push(signatures("other", 1));
    registry.instead(asked -> asked.isFor(other.toString()), status(200, "{}"));
    indexed(".sig", List.of(absent(1), troubled, wrong, other, push(signatures("good", 1))));
    assertThat(broken())
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .isEqualTo("tag " + tag(".sig") + ", manifest 3: it names no content"),
            two -> assertThat(two).contains(", manifest 5, layer 1"));
    assertThat(documents().unread())
        .satisfiesExactly(
            one -> assertThat(one.cause()).isEqualTo(Cause.SERVER_ERROR),
            two ->
                assertThat(two.tried())
                    .contains("read the manifest ", "does not hash to that digest"));
  }

  @Test
  void T19_anIndexUnderATagHasABoundOfManifests() {
    indexed(".sig", absent(0, 16));
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
    registry.forget();
    indexed(".sig", absent(0, 17));
    assertThat(broken())
        .containsExactly("tag " + tag(".sig") + ": it is an index of more than 16 manifests");
    assertThat(registry.lines()).as("none of them is asked for").hasSize(3);
  }

  @Test
  void whatIsNoManifestUnderATagIsNotNothing() {
    registry.tag(
        "shop/web",
        tag(".att"),
        registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8("{\"schemaVersion\":1}")));
    assertThat(gate.obtain(new Signatures(web)))
        .isInstanceOfSatisfying(
            Evidence.Present.class,
            present ->
                assertThat(((SignatureDocuments) present.value()).unread())
                    .singleElement()
                    .satisfies(doubt -> {
                      assertThat(doubt.cause()).isEqualTo(Cause.MALFORMED);
                      assertThat(doubt.tried())
                          .contains(tag(".att") + ", but it is of Docker's first manifest schema");
                    }));
  }

  /** The bound is that of the kind of tag, and nothing is asked for that is known to be over it. */
  @ParameterizedTest
  @CsvSource({
    ".sig, SIGNATURE, 262144",
    ".att, ATTESTATION, 8388608",
  })
  void T19_aLayerHasABoundOfBytes(String suffix, Kind kind, int most) {
    byte[] longest = new byte[most];
    registry.blob("shop/web", longest);
    ObjectNode manifest = manifest("bound");
    RegistryDouble.describe(((ArrayNode) manifest.get("layers")).addObject(), "layer", longest);
    layer(manifest, "layer").put("size", most + 1);
    tagged(suffix, manifest);
    List<SignatureDocument> documents = documents().documents();
    assertThat(documents).hasSize(2);
    SignatureDocument.Layer read = (SignatureDocument.Layer) documents.getFirst();
    assertThat(read.payload().size()).isEqualTo(most);
    assertThat(read.kind()).isEqualTo(kind);
    assertThat(documents.getLast())
        .isEqualTo(
            new SignatureDocument.Broken(
                "tag " + tag(suffix) + ", layer 2", "it is longer than " + most + " bytes"));
    assertThat(registry.lines().stream().filter(line -> line.contains("/blobs/"))).hasSize(1);
  }

  @Test
  void anEmptyLayerIsReadAndOneLongerThanItClaimsIsNot() {
    registry.blob("shop/web", new byte[0]);
    ObjectNode manifest = manifest("lengths");
    RegistryDouble.describe(((ArrayNode) manifest.get("layers")).addObject(), "layer", new byte[0]);
    layer(manifest, "layer").put("size", PAYLOAD.length - 1);
    tagged(".sig", manifest);
    SignatureDocuments documents = documents();
    assertThat(documents.documents())
        .singleElement()
        .isInstanceOfSatisfying(
            SignatureDocument.Layer.class, layer -> assertThat(layer.payload().size()).isZero());
    assertThat(documents.unread())
        .singleElement()
        .satisfies(doubt ->
            assertThat(doubt.tried()).contains("longer than " + (PAYLOAD.length - 1) + " bytes"));
  }

  @Test
  void aLayerWithoutItsContentIsBroken() {
    ObjectNode manifest = manifest("lacks");
    layer(manifest, "layer").put("digest", absent(1).toString());
    tagged(".sig", manifest);
    assertThat(broken())
        .containsExactly(
            "tag "
                + tag(".sig")
                + ", layer 1: the registry lacks the content that its manifest names");
  }

  /** Whichever comes last is over the bound, and only that one. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1"})
  void T19_allTogetherHaveABoundOfBytes(int over, int unread) {
    ObjectNode manifest = manifest("sum");
    for (int i = 0; i < Gathering.MOST_BYTES / Gathering.LONGEST_ATTESTATION; i++) {
      layer(manifest, "layer").put("size", Gathering.LONGEST_ATTESTATION);
    }
    if (over > 0) {
      layer(manifest, "layer").put("size", over);
    }
    tagged(".att", manifest);
    SignatureDocuments documents = documents();
    assertThat(documents.documents())
        .hasSize(4)
        .allMatch(document -> document instanceof SignatureDocument.Layer);
    assertThat(documents.unread()).hasSize(unread).allSatisfy(this::saysWhatToDo);
  }

  private void saysWhatToDo(Doubt doubt) {
    assertThat(doubt)
        .isEqualTo(
            Doubt.of(
                Cause.TOO_LARGE,
                "tried to read the signatures of "
                    + web
                    + ", but there are more than 256 documents or 32 MiB of them;"
                    + " remove those that are of no use"));
  }

  @Test
  void T19_allTogetherHaveABoundOfDocuments() {
    tagged(".sig", signatures("a", Gathering.MOST_DOCUMENTS));
    SignatureDocuments all = documents();
    assertThat(all.documents()).hasSize(Gathering.MOST_DOCUMENTS);
    assertThat(all.unread()).isEmpty();
    tagged(".att", signatures("b", 1));
    SignatureDocuments most = documents();
    assertThat(most.documents()).hasSize(Gathering.MOST_DOCUMENTS);
    assertThat(most.unread()).singleElement().satisfies(this::saysWhatToDo);
    registry.untag("shop/web", tag(".att"));
    registry.bundle(web, utf8("{}"));
    SignatureDocuments bundle = documents();
    assertThat(bundle.documents()).hasSize(Gathering.MOST_DOCUMENTS);
    assertThat(bundle.unread()).singleElement().satisfies(this::saysWhatToDo);
    tagged(".sig", signatures("c", Gathering.MOST_DOCUMENTS - 1));
    assertThat(documents().documents()).hasSize(Gathering.MOST_DOCUMENTS);
    assertThat(documents().unread()).isEmpty();
  }

  @Test
  void T19_thereIsABoundOfReferrers() {
    referrers(absent(0, 200));
    assertThat(broken())
        .hasSize(200)
        .allMatch(line -> line.endsWith(": the registry lists it and lacks it"));
    assertThat(documents().unread()).isEmpty();
    referrers(absent(0, 201));
    registry.forget();
    assertThat(documents().documents()).hasSize(200);
    assertThat(registry.lines()).noneMatch(line -> line.endsWith("/" + absent(200)));
    assertThat(documents().unread()).singleElement().satisfies(this::saysWhatToDo);
  }

  @Test
  void T19_aTagThatListsReferrersHasTheSameBound() {
    registry.referrersApi(false);
    indexed("", absent(0, 201));
    SignatureDocuments documents = documents();
    assertThat(documents.documents())
        .hasSize(200)
        .allMatch(document -> document.place().startsWith("referrer by tag "));
    assertThat(documents.unread()).singleElement().satisfies(this::saysWhatToDo);
  }

  /** cosign 2 wrote the older format as a referrer, on request. */
  @Test
  void theOlderFormatIsReadFromReferrersToo() {
    ObjectNode attestation = referring(manifest("attestation"));
    layer(attestation, MediaTypes.DSSE + "; charset=utf-8");
    Digest first = push(referring(signatures("signature", 2)));
    Digest second = push(attestation);
    referrers(List.of(first, second));
    assertThat(documents().documents())
        .extracting(
            SignatureDocument::place, document -> ((SignatureDocument.Layer) document).kind())
        .containsExactly(
            tuple("referrer " + first.hex().substring(0, 12) + ", layer 1", Kind.SIGNATURE),
            tuple("referrer " + first.hex().substring(0, 12) + ", layer 2", Kind.SIGNATURE),
            tuple("referrer " + second.hex().substring(0, 12) + ", layer 1", Kind.ATTESTATION));
  }

  @Test
  void referrersThatMixOrNameOtherContentAreNone() {
    ObjectNode mixed = referring(signatures("mixed", 1));
    layer(mixed, MediaTypes.DSSE);
    ObjectNode two = referring(manifest("two bundles"));
    layer(two, "application/vnd.dev.sigstore.bundle.v0.3+json");
    layer(two, "application/vnd.dev.sigstore.bundle.v0.3+json");
    ObjectNode almost = referring(manifest("no JSON"));
    layer(almost, "application/vnd.dev.sigstore.bundle.v0.3+cbor");
    Digest index =
        registry.manifest(
            "shop/web", MediaTypes.OCI_INDEX, utf8(list(List.of(absent(1))).toString()));
    referrers(List.of(push(mixed), push(two), push(almost), index));
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void whatReferrersHaveWrongIsToldOf() {
    Digest orphan = push(signatures("orphan", 1));
    Digest wrong = registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8("{}"));
    Digest troubled = push(referring(signatures("troubled", 1)));
    registry.instead(asked -> asked.isFor(troubled.toString()), status(429, ""));
    referrers(List.of(orphan, wrong, troubled));
    assertThat(broken())
        .containsExactly(
            "referrer "
                + orphan.hex().substring(0, 12)
                + ": its subject is missing, so it belongs to something else",
            "referrer " + wrong.hex().substring(0, 12) + ": its schemaVersion is not 2");
    assertThat(documents().unread()).extracting(Doubt::cause).contains(Cause.THROTTLED);
  }

  @Test
  void withoutTheReferrersApiAndWithoutItsTagThereIsNothing() {
    registry.referrersApi(false);
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
    assertThat(registry.lines()).hasSize(4).contains("GET /v2/shop/web/manifests/" + tag(""));
    registry.tag("shop/web", tag(""), web.digest());
    assertThat(broken())
        .containsExactly("tag " + tag("") + ": it is an image and no list of referrers");
  }

  /** A pod's admission that is over takes its readers with it. */
  @ParameterizedTest
  @ValueSource(strings = {".sig", "/referrers/"})
  void whoIsInterruptedStopsAndLeavesNothingRunning(String place) throws Exception {
    registry.signature(web, PAYLOAD, Map.of());
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    registry.instead(
        asked -> asked.path().contains(place),
        exchange -> {
          arrived.countDown();
          try {
            over.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              try {
                ended.complete(
                    new AssertionError(String.valueOf(gate.obtain(new Signatures(web)))));
              } catch (RuntimeException stopped) {
                ended.complete(stopped.getCause());
              }
            });
    try {
      arrived.await();
      asking.interrupt();
      assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    } finally {
      over.countDown();
      asking.join();
    }
  }
}
