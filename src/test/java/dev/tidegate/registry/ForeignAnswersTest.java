package dev.tidegate.registry;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Authority;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.workload.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are longer, more or elsewhere than what was asked for. */
class ForeignAnswersTest {
  private static final String PAGE = "<html>" + "sorry ".repeat(200) + "</html>";
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final RegistryDouble registry = RegistryDouble.start();
  private final RegistryDouble storage = RegistryDouble.start();
  private final RegistryFixture gate = new RegistryFixture(Hosts.of(host()));
  private PinnedImage web;

  private Host host() {
    Host plain = registry.host();
    return new Host(
        plain.name(),
        plain.endpoint(),
        Host.TlsFiles.NONE,
        Optional.empty(),
        Set.of(),
        Set.of(new Authority("localhost", storage.port())),
        Optional.empty(),
        16,
        1000);
  }

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
    registry.signature(web, utf8("payload"), Map.of());
  }

  @AfterEach
  void stop() {
    gate.close();
    registry.close();
    storage.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private SignatureDocuments documents() {
    return gate.present(new Signatures(web));
  }

  /** Payloads have a few hundred bytes; the page about a redirect to storage often has more. */
  @Test
  void aRedirectMayHaveALongerBodyThanWhatItLeadsTo() {
    registry.instead(
        asked -> asked.path().contains("/blobs/"),
        status(307, PAGE, "Location", "http://localhost:" + storage.port() + "/payload"));
    storage.instead(asked -> true, status(200, "payload"));
    assertThat(documents().documents())
        .singleElement()
        .isInstanceOfSatisfying(
            SignatureDocument.Layer.class,
            layer -> assertThat(layer.payload()).isEqualTo(Bytes.copyOf(utf8("payload"))));
  }

  /** Or a moment's trouble would make a good signature a broken one. */
  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHENTICATED",
    "403, FORBIDDEN",
    "412, FORBIDDEN",
    "429, THROTTLED",
    "500, SERVER_ERROR",
    "503, SERVER_ERROR"
  })
  void anErrorPageLongerThanAPayloadIsStillThatError(int status, Cause cause) {
    registry.instead(asked -> asked.path().contains("/blobs/"), status(status, PAGE));
    assertThat(documents().documents()).isEmpty();
    assertThat(documents().unread()).extracting(doubt -> doubt.cause()).contains(cause);
  }

  @Test
  void T19_anEndlessErrorPageIsStillThatError() {
    AtomicLong written = new AtomicLong();
    registry.instead(
        asked -> asked.path().contains("/manifests/" + web.digest()),
        exchange -> {
          exchange.sendResponseHeaders(403, 0);
          byte[] block = new byte[1 << 20];
          for (int i = 0; i < 256; i++) {
            exchange.getResponseBody().write(block);
            written.addAndGet(block.length);
          }
        });
    assertThat(gate.cause(new Manifest(web))).isEqualTo(Cause.FORBIDDEN);
    assertThat(written.get()).isLessThan(64 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2/../admin", "/v2/%2e%2e/admin", "/v2/shop/web/../../_catalog", "/v2/_catalog"})
  void pagesElsewhereOnTheSameHostAreNotAskedFor(String next) {
    registry.instead(
        asked -> asked.path().contains("/referrers/"),
        status(200, "{\"manifests\":[]}", "Link", "<" + next + ">; rel=\"next\""));
    assertThat(documents().unread())
        .extracting(doubt -> doubt.cause())
        .containsExactly(Cause.MALFORMED);
    assertThat(registry.lines())
        .noneMatch(line -> line.contains("admin") || line.contains("_catalog"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":\"none\"}",
        "{\"schemaVersion\":2,\"layers\":[]}"
      })
  void aTagForReferrersThatIsNoIndexIsNotNothing(String content) {
    registry.referrersApi(false);
    registry.untag("shop/web", "sha256-" + web.digest().hex() + ".sig");
    registry.tag(
        "shop/web",
        "sha256-" + web.digest().hex(),
        registry.manifest("shop/web", MediaTypes.OCI_INDEX, utf8(content)));
    assertThat(gate.obtain(new Signatures(web)))
        .isInstanceOfSatisfying(
            Evidence.Present.class,
            present ->
                assertThat(((SignatureDocuments) present.value()).unread())
                    .extracting(Doubt::cause)
                    .containsExactly(Cause.MALFORMED));
  }

  /** Each one within the bound of one; together they are many times what may be read. */
  @Test
  void T19_aFloodOfLongReferrersIsReadUpToABound() {
    byte[] filler = utf8("\"" + "x".repeat(Gathering.LONGEST_REFERRER - 1000) + "\"");
    ObjectNode list = Json.MAPPER.createObjectNode();
    ArrayNode manifests = list.put("schemaVersion", 2).putArray("manifests");
    Map<String, Integer> numbers = new ConcurrentHashMap<>();
    for (int i = 0;
        i < Gathering.MOST_BYTES / Gathering.LONGEST_REFERRER + Gathering.AT_A_TIME + 2;
        i++) {
      byte[] one = flood(i, filler);
      RegistryDouble.describe(manifests.addObject(), OCI_MANIFEST, one);
      numbers.put(Bytes.copyOf(one).sha256().toString(), i);
    }
    AtomicLong sent = new AtomicLong();
    registry.instead(asked -> asked.path().contains("/referrers/"), status(200, list.toString()));
    registry.instead(
        asked -> numbers.keySet().stream().anyMatch(asked::isFor),
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] one =
              flood(numbers.getOrDefault(path.substring(path.lastIndexOf('/') + 1), 0), filler);
          exchange.getResponseHeaders().add("Content-Type", OCI_MANIFEST);
          exchange.sendResponseHeaders(200, one.length);
          exchange.getResponseBody().write(one);
          sent.addAndGet(one.length);
        });
    SignatureDocuments documents = documents();
    assertThat(documents.unread()).extracting(doubt -> doubt.cause()).contains(Cause.TOO_LARGE);
    // What was under way when the bound was reached still comes: one for each request at a time.
    assertThat(sent.get())
        .isBetween(
            (long) Gathering.MOST_BYTES / 2,
            Gathering.MOST_BYTES + (Gathering.AT_A_TIME + 1L) * Gathering.LONGEST_REFERRER);
  }

  @Test
  void T19_aReferrerOverItsBoundIsBroken() {
    byte[] one = flood(1, utf8("\"" + "x".repeat(Gathering.LONGEST_REFERRER) + "\""));
    registry.manifest("shop/web", OCI_MANIFEST, one);
    ObjectNode list = Json.MAPPER.createObjectNode();
    RegistryDouble.describe(list.putArray("manifests").addObject(), OCI_MANIFEST, one);
    registry.instead(asked -> asked.path().contains("/referrers/"), status(200, list.toString()));
    assertThat(documents().documents())
        .hasSize(2)
        .last()
        .isInstanceOfSatisfying(
            SignatureDocument.Broken.class,
            broken -> assertThat(broken.why()).contains("longer than"));
  }

  /** Brackets take up many times their length when they are read. */
  @Test
  void T19_aDocumentOfNothingButBracketsIsRefused() {
    byte[] few = flood(1, utf8("[],".repeat(Document.MOST_TOKENS / 2 - 100) + "[]"));
    byte[] many = flood(1, utf8("[],".repeat(Document.MOST_TOKENS / 2) + "[]"));
    PinnedImage known = new PinnedImage(web.in(), registry.manifest("shop/web", OCI_MANIFEST, few));
    assertThat(gate.present(new Manifest(known)).raw()).isEqualTo(Bytes.copyOf(few));
    PinnedImage refused =
        new PinnedImage(web.in(), registry.manifest("shop/web", OCI_MANIFEST, many));
    assertThat(gate.trouble(new Manifest(refused)).doubt().tried())
        .contains("more than " + Document.MOST_TOKENS);
  }

  private byte[] flood(int number, byte[] filler) {
    byte[] head =
        utf8(
            "{\"schemaVersion\":2,\"n\":"
                + number
                + ",\"config\":{\"mediaType\":\"x\",\"size\":2,\"digest\":\"sha256:"
                + "a".repeat(64)
                + "\"},\"layers\":[],\"x\":[");
    byte[] tail = utf8("]}");
    byte[] all = new byte[head.length + filler.length + tail.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(filler, 0, all, head.length, filler.length);
    System.arraycopy(tail, 0, all, head.length + filler.length, tail.length);
    return all;
  }
}
