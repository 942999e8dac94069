package dev.tidegate.registry;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.Errands;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence from a registry that does everything wrong that registries can. */
class RegistrySourcesTest {
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final RegistryDouble registry = RegistryDouble.start();
  private final RegistryFixture gate = new RegistryFixture(Hosts.of(registry.host()));
  private PinnedImage web;

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
  }

  @AfterEach
  void stop() {
    gate.close();
    registry.close();
  }

  private Resolution tag(String tag) {
    return new Resolution(ImageReference.parse(registry.name() + "/shop/web:" + tag));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private PinnedImage pushed(String manifest) {
    return new PinnedImage(web.in(), registry.manifest("shop/web", OCI_MANIFEST, utf8(manifest)));
  }

  @Test
  void aTagIsResolvedByOneHead() {
    assertThat(gate.present(tag("1"))).isEqualTo(web);
    assertThat(registry.lines()).containsExactly("HEAD /v2/shop/web/manifests/1");
    assertThat(registry.asked().getFirst().headers().get("Accept"))
        .contains("image.index.v1+json", "manifest.list.v2+json");
  }

  @Test
  void aTagThatIsNotThereIsAbsent() {
    assertThat(gate.obtain(tag("none")))
        .isEqualTo(new Evidence.Absent<PinnedImage>(RegistryFixture.NOW));
  }

  @Test
  void aRegistryThatSaysNoDigestIsReadAndTheManifestIsKept() {
    registry.instead(asked -> asked.method().equals("HEAD"), status(200, "{}"));
    Errands errand = RegistryFixture.errand();
    assertThat(gate.obtain(tag("1"), errand))
        .isEqualTo(new Evidence.Present<>(web, RegistryFixture.NOW));
    assertThat(errand.learned()).containsKey(new Manifest(web));
  }

  /** CVE-2023-47630: the digest that a registry returned was trusted. */
  @Test
  void T02_contentThatDoesNotHashToItsDigestIsRefused() {
    PinnedImage claimed = new PinnedImage(web.in(), Digest.parse("sha256:" + "0".repeat(64)));
    registry.instead(
        asked -> asked.isFor(claimed.digest().toString()),
        status(
            200,
            RegistryDouble.artifact("x", utf8("{}")).toString(),
            "Docker-Content-Digest",
            claimed.digest().toString()));
    assertThat(gate.cause(new Manifest(claimed))).isEqualTo(Cause.MALFORMED);
    assertThat(gate.trouble(new Config(claimed)).doubt().tried())
        .contains("does not hash to that digest");
  }

  /** CVE-2022-47633: another answer to each of two requests. */
  @Test
  void T01_answersThatChangeBetweenRequestsLeadToNothingOrToWhatWasHashed() {
    PinnedImage other = registry.image("shop/web", "2", "0", "second");
    AtomicInteger turn = new AtomicInteger();
    registry.instead(
        asked -> asked.path().contains("/manifests/"),
        exchange -> {
          boolean odd = turn.getAndIncrement() % 2 == 0;
          String digest = (odd ? web : other).digest().toString();
          registry.normally(
              exchange,
              new RegistryDouble.Asked(
                  exchange.getRequestMethod(), "/v2/shop/web/manifests/" + digest, "", Map.of()));
        });
    PinnedImage resolved = gate.present(tag("1"));
    assertThat(resolved).isEqualTo(web);
    // The next answer has the other image's bytes.
    assertThat(gate.cause(new Manifest(resolved))).isEqualTo(Cause.MALFORMED);
    assertThat(gate.present(new Manifest(resolved)).raw().sha256()).isEqualTo(web.digest());
  }

  @Test
  void aConfigurationIsReadThroughItsManifestAndHashed() {
    assertThat(gate.present(new Config(web)).user()).isEqualTo("1000");
    Digest config = ((ImageManifest.Image) gate.present(new Manifest(web))).config();
    registry.instead(asked -> asked.isFor(config.toString()), status(200, "{\"config\":{}}"));
    assertThat(gate.cause(new Config(web))).isEqualTo(Cause.MALFORMED);
    registry.instead(asked -> asked.isFor(config.toString()), status(404, "{}"));
    assertThat(gate.trouble(new Config(web)).doubt().tried()).contains("lacks");
  }

  @Test
  void anIndexHasChildrenAndNoConfiguration() {
    ObjectNode index =
        RegistryDouble.artifact("x", utf8("{}")).put("mediaType", MediaTypes.OCI_INDEX);
    index.remove(List.of("config", "layers"));
    ArrayNode manifests = index.putArray("manifests");
    for (String architecture : List.of("amd64", "arm64", "")) {
      ObjectNode child =
          RegistryDouble.describe(manifests.addObject(), OCI_MANIFEST, utf8(architecture));
      if (!architecture.isEmpty()) {
        child.putObject("platform").put("os", "linux").put("architecture", architecture);
      }
    }
    PinnedImage image =
        new PinnedImage(
            web.in(), registry.manifest("shop/web", MediaTypes.OCI_INDEX, utf8(index.toString())));
    ImageManifest.Index read = (ImageManifest.Index) gate.present(new Manifest(image));
    assertThat(read.children())
        .extracting(child -> child.platform().map(Object::toString).orElse("none"))
        .containsExactly("linux/amd64", "linux/arm64", "none");
    assertThat(gate.obtain(new Config(image))).isInstanceOf(Evidence.Absent.class);
  }

  /** CVE-2021-41190 and whatever else two readers could read in two ways. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schemaVersion\":1,\"fsLayers\":[]}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":\"2\",\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[],\"config\":{}}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[1]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:x\",\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[]} {}",
        "[]",
        "null",
        "",
        "<html>"
      })
  void whatIsNoManifestIsRefused(String manifest) {
    PinnedImage image = pushed(manifest);
    assertThat(gate.cause(new Manifest(image))).isEqualTo(Cause.MALFORMED);
  }

  @Test
  void tooManyEntriesAndTooDeepDocumentsAreRefused() {
    String entry = "{\"mediaType\":\"x\",\"size\":1,\"digest\":\"sha256:" + "a".repeat(64) + "\"},";
    String many = entry.repeat(Document.MOST_ENTRIES + 1);
    assertThat(
            gate.trouble(
                    new Manifest(
                        pushed(
                            "{\"schemaVersion\":2,\"mediaType\":\""
                                + MediaTypes.OCI_INDEX
                                + "\",\"manifests\":["
                                + many.substring(0, many.length() - 1)
                                + "]}")))
                .doubt()
                .tried())
        .contains("more than 1000 manifests");
    assertThat(
            gate.cause(
                new Manifest(
                    pushed(
                        "{\"schemaVersion\":2,\"manifests\":"
                            + "[".repeat(5000)
                            + "]".repeat(5000)
                            + "}"))))
        .isEqualTo(Cause.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "400, MALFORMED",
    "401, UNAUTHENTICATED",
    "402, MALFORMED",
    "403, FORBIDDEN",
    "405, MALFORMED",
    "408, SERVER_ERROR",
    "412, FORBIDDEN",
    "418, MALFORMED",
    "429, THROTTLED",
    "500, SERVER_ERROR",
    "502, SERVER_ERROR",
    "503, SERVER_ERROR",
    "504, SERVER_ERROR",
    "599, SERVER_ERROR",
    "204, MALFORMED",
    "206, MALFORMED"
  })
  void everyStatusIsToldApart(int status, Cause cause) {
    registry.instead(
        asked -> true, status(status, "{\"errors\":[{\"message\":\"because\\nof\"}]}"));
    assertThat(gate.cause(new Manifest(web))).isEqualTo(cause);
    assertThat(gate.cause(new Config(web))).isEqualTo(cause);
    assertThat(gate.cause(new Signatures(web))).isEqualTo(cause);
  }

  @Test
  void retryAfterIsHonouredAndHandedOn() {
    registry.instead(asked -> true, status(429, "", "Retry-After", "7"));
    assertThat(gate.trouble(new Manifest(web)).doubt().retryAt())
        .contains(RegistryFixture.NOW.plusSeconds(7));
    registry.behave();
    registry.forget();
    assertThat(gate.trouble(tag("1")).doubt().cause()).isEqualTo(Cause.THROTTLED);
    assertThat(registry.lines()).as("it is left alone until then").isEmpty();
  }

  @Test
  void aHostThatWantsToBeLeftAloneForYearsIsLeftAloneForAMinute() {
    registry.instead(asked -> true, status(503, "", "Retry-After", "999999"));
    assertThat(gate.trouble(new Manifest(web)).doubt().retryAt())
        .contains(RegistryFixture.NOW.plusSeconds(60));
  }

  @Test
  void aRegistryThatIsNotConfiguredIsNotAsked() {
    PinnedImage elsewhere =
        new PinnedImage(ImageReference.parse("evil.example/a").repository(), web.digest());
    for (EvidenceKey.Fetched<?> key :
        List.of(
            new Manifest(elsewhere),
            new Config(elsewhere),
            new Signatures(elsewhere),
            new Resolution(ImageReference.parse("evil.example/a:1")))) {
      assertThat(gate.cause(key)).isEqualTo(Cause.NOT_CONFIGURED);
    }
  }

  /** GHSA of every client that reads to the end. */
  @Test
  void T19_aBodyOverItsBoundIsNotReadToItsEnd() {
    AtomicInteger written = new AtomicInteger();
    registry.instead(
        asked -> asked.method().equals("GET"),
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 20];
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 512; i++) {
              out.write(block);
              written.incrementAndGet();
            }
          }
        });
    assertThat(gate.cause(new Manifest(web))).isEqualTo(Cause.TOO_LARGE);
    assertThat(written.get()).isLessThan(64);
  }

  @Test
  void T19_aLengthOverItsBoundIsNotReadAtAll() {
    registry.instead(
        asked -> asked.method().equals("GET"),
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 40);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
        });
    assertThat(gate.cause(new Manifest(web))).isEqualTo(Cause.TOO_LARGE);
  }

  @Test
  void T19_aSlowDripEndsWithTheBudget() {
    registry.instead(
        asked -> asked.method().equals("GET"),
        exchange -> {
          // Byte after byte without an end: each read succeeds, and the bound of bytes is far away.
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (true) {
            out.write('x');
            out.flush(); // fails when the other side has gone
          }
        });
    Errands brief = Errands.until(Deadline.in(Duration.ofMillis(300), System::nanoTime));
    assertThat(gate.obtain(new Manifest(web), brief))
        .isInstanceOfSatisfying(
            Evidence.Unavailable.class,
            trouble -> assertThat(trouble.doubt().cause()).isEqualTo(Cause.DEADLINE));
  }

  @Test
  void aBodyThatIsCutOffIsTrouble() {
    registry.instead(
        asked -> asked.method().equals("GET"),
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(utf8("{\"schemaVersion\":2"));
          throw new IOException("cut off");
        });
    assertThat(gate.cause(new Manifest(web))).isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void aRegistryThatIsDownIsUnreachableAndThenLeftAlone() {
    registry.close();
    for (int i = 0; i < 20; i++) {
      assertThat(gate.cause(new Manifest(web))).isEqualTo(Cause.UNREACHABLE);
    }
    assertThat(gate.trouble(new Manifest(web)).doubt().tried()).contains("left alone");
  }

  private SignatureDocuments documents() {
    return gate.present(new Signatures(web));
  }

  @Test
  void nothingBesideAnImageIsAbsentInOneRoundTrip() {
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
    String hex = web.digest().hex();
    assertThat(registry.lines())
        .containsExactlyInAnyOrder(
            "GET /v2/shop/web/manifests/sha256-" + hex + ".sig",
            "GET /v2/shop/web/manifests/sha256-" + hex + ".att",
            "GET /v2/shop/web/referrers/sha256:" + hex);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothFormatsAreReadSideBySide(boolean api) {
    registry.referrersApi(api);
    registry.signature(web, utf8("payload 1"), Map.of("a", "1"));
    registry.signature(web, utf8("payload 2"), Map.of("a", "2"));
    registry.bundle(web, utf8("{\"bundle\":1}"));
    SignatureDocuments documents = documents();
    assertThat(documents.unread()).isEmpty();
    assertThat(documents.documents()).hasSize(3);
    SignatureDocument.Layer second = (SignatureDocument.Layer) documents.documents().get(1);
    assertThat(second.payload()).isEqualTo(Bytes.copyOf(utf8("payload 2")));
    assertThat(second.annotations()).isEqualTo(Map.of("a", "2"));
    assertThat(second.kind()).isEqualTo(SignatureDocument.Kind.SIGNATURE);
    assertThat(second.place()).startsWith("tag sha256-").endsWith(".sig, layer 2");
    assertThat(documents.documents().get(2)).isInstanceOf(SignatureDocument.Bundle.class);
  }

  @Test
  void aBundleForAnotherImageAndOneThatIsNotThereAreToldOf() {
    PinnedImage other = registry.image("shop/web", "2", "0", "second");
    Digest bundle = registry.bundle(other, utf8("{}"));
    // Listed as a referrer of the wrong image.
    registry.instead(
        asked -> asked.path().contains("/referrers/"),
        status(
            200,
            "{\"manifests\":[{\"mediaType\":\"x\",\"size\":1,\"digest\":\""
                + bundle
                + "\"},{\"mediaType\":\"x\",\"size\":1,\"digest\":\"sha256:"
                + "1".repeat(64)
                + "\"}]}"));
    assertThat(documents().documents())
        .extracting(document -> ((SignatureDocument.Broken) document).why())
        .satisfiesExactlyInAnyOrder(
            why -> assertThat(why).contains("belongs to something else"),
            why -> assertThat(why).contains("lists it and lacks it"));
  }

  @Test
  void referrersThatAreNoSignaturesAreNone() {
    ObjectNode sbom = RegistryDouble.artifact("application/spdx+json", utf8("{}"));
    registry.refers(web, sbom);
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void aPlaceThatCannotBeReadLeavesADoubtAndTheOthersCount() {
    registry.signature(web, utf8("payload"), Map.of());
    registry.instead(asked -> asked.path().contains("/referrers/"), status(503, ""));
    SignatureDocuments documents = documents();
    assertThat(documents.documents()).hasSize(1);
    assertThat(documents.unread())
        .extracting(doubt -> doubt.cause())
        .containsExactly(Cause.SERVER_ERROR);
  }

  @Test
  void nothingFoundIsNotNothingThereWhileAPlaceCannotBeRead() {
    registry.instead(asked -> asked.path().endsWith(".sig"), status(500, ""));
    assertThat(documents().unread()).hasSize(1);
  }

  @Test
  void aPayloadThatIsAnotherIsNoAnswer() {
    registry.signature(web, utf8("payload"), Map.of());
    registry.instead(asked -> asked.path().contains("/blobs/"), status(200, "tampers"));
    SignatureDocuments documents = documents();
    assertThat(documents.documents()).isEmpty();
    assertThat(documents.unread())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.cause()).isEqualTo(Cause.MALFORMED);
          assertThat(doubt.tried()).contains("does not hash to that digest");
        });
  }

  /** Sigstore policy-controller and cosign: GHSA-88jx-383q-w4qc and others. */
  @Test
  void T19_aFloodOfSignaturesIsReadUpToABound() {
    byte[] payload = utf8("payload");
    ObjectNode manifest = RegistryDouble.artifact("x", utf8("{}"));
    registry.blob("shop/web", payload);
    for (int i = 0; i < Document.MOST_ENTRIES; i++) {
      RegistryDouble.describe(((ArrayNode) manifest.get("layers")).addObject(), "layer", payload);
    }
    registry.tag(
        "shop/web",
        "sha256-" + web.digest().hex() + ".sig",
        registry.manifest("shop/web", OCI_MANIFEST, utf8(manifest.toString())));
    SignatureDocuments documents = documents();
    assertThat(documents.documents()).hasSize(Gathering.MOST_DOCUMENTS);
    assertThat(documents.unread())
        .extracting(doubt -> doubt.cause())
        .containsExactly(Cause.TOO_LARGE);
  }

  @Test
  void T19_endlessPagesOfReferrersEnd() {
    AtomicInteger pages = new AtomicInteger();
    registry.instead(
        asked -> asked.path().contains("/referrers/"),
        exchange ->
            status(
                    200,
                    "{\"manifests\":[]}",
                    "Link",
                    "</v2/shop/web/referrers/x?page=" + pages.incrementAndGet() + ">; rel=\"next\"")
                .to(exchange));
    assertThat(documents().unread())
        .extracting(doubt -> doubt.cause())
        .containsExactly(Cause.TOO_LARGE);
    assertThat(pages.get()).isEqualTo(RegistryClient.MOST_PAGES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/v2/shop/web/referrers/x",
        "http://169.254.169.254/latest/meta-data",
        "//evil.example/v2/",
        "/internal/admin",
        "/v2/../admin"
      })
  void pagesElsewhereAreNotFollowed(String next) {
    registry.instead(
        asked -> asked.path().contains("/referrers/"),
        status(200, "{\"manifests\":[]}", "Link", "<" + next + ">; rel=\"next\""));
    assertThat(documents().unread())
        .extracting(doubt -> doubt.cause())
        .containsExactly(Cause.MALFORMED);
  }

  @Test
  void allPagesCount() {
    registry.bundle(web, utf8("{\"bundle\":1}"));
    registry.instead(
        asked -> asked.path().contains("/referrers/") && asked.query().isEmpty(),
        status(
            200,
            "{\"manifests\":[]}",
            "Link",
            "</v2/shop/web/referrers/" + web.digest() + "?last=1>; rel=\"next\""));
    assertThat(documents().documents()).hasSize(1);
  }

  @Test
  void manifestAndConfigurationAskedForTogetherAreReadOnce() throws Exception {
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var both =
          List.of(
              threads.submit(() -> gate.present(new Manifest(web))),
              threads.submit(() -> gate.present(new Config(web))));
      for (var one : both) {
        one.get();
      }
    }
    // Two, where one was over before the other began.
    assertThat(registry.asked().stream().filter(asked -> asked.isFor(web.digest().toString())))
        .hasSizeBetween(1, 2);
  }
}
