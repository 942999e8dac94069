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
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.RegistryDouble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of registries at the very bound of what is taken, and one over. */
class RegistryEdgesTest {
  private static final String EMPTY = "{\"manifests\":[]}";

  private final RegistryDouble registry = RegistryDouble.start();
  private final RegistryFixture gate = new RegistryFixture(Hosts.of(registry.host()));
  private PinnedImage web;
  private Resolution tag;

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
    tag = new Resolution(ImageReference.parse(registry.name() + "/shop/web:1"));
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

  private List<EvidenceKey.Fetched<?>> keys() {
    return List.of(tag, new Manifest(web), new Config(web), new Signatures(web));
  }

  /** What one credential may read, another may not: the way is part of what is remembered. */
  @Test
  void theWayToARegistryNamesTheHostTheRepositoryAndWhoAsks() {
    assertThat(keys())
        .extracting(gate::access)
        .containsOnly("http://" + registry.name() + " shop/web as anonymous");
    Credentials robot = new Credentials.Basic("robot", Path.of("secret"));
    try (RegistryFixture other = new RegistryFixture(Hosts.of(registry.host().as(robot)))) {
      assertThat(keys())
          .extracting(other::access)
          .containsOnly("http://" + registry.name() + " shop/web as " + robot.identity());
    }
    try (RegistryFixture none = new RegistryFixture(Hosts.NONE)) {
      assertThat(keys()).extracting(none::access).containsOnly("");
    }
  }

  @Test
  void aRegistryThatDoesNotKnowHeadIsAskedForTheManifest() {
    registry.instead(asked -> asked.method().equals("HEAD"), status(405, ""));
    assertThat(gate.present(tag)).isEqualTo(web);
    assertThat(registry.lines())
        .containsExactly("HEAD /v2/shop/web/manifests/1", "GET /v2/shop/web/manifests/1");
    registry.untag("shop/web", "1");
    assertThat(gate.obtain(tag)).isEqualTo(new Evidence.Absent<>(RegistryFixture.NOW));
    registry.tag(
        "shop/web", "1", registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8("{}")));
    assertThat(gate.trouble(tag).doubt())
        .isEqualTo(
            Doubt.of(
                Cause.MALFORMED,
                "tried to read the manifest "
                    + registry.name()
                    + "/shop/web:1, but its schemaVersion is not 2"));
  }

  @ParameterizedTest
  @CsvSource({"403, FORBIDDEN", "429, THROTTLED", "503, SERVER_ERROR"})
  void aRegistryThatRefusesIsNotAskedInAnotherWay(int status, Cause cause) {
    registry.instead(asked -> asked.method().equals("HEAD"), status(status, ""));
    assertThat(gate.cause(tag)).isEqualTo(cause);
    assertThat(registry.lines()).containsOnly("HEAD /v2/shop/web/manifests/1");
  }

  private PinnedImage configured(String config) {
    registry.blob("shop/web", utf8(config));
    ObjectNode manifest = RegistryDouble.artifact("x", utf8(config));
    return new PinnedImage(
        web.in(),
        registry.manifest("shop/web", MediaTypes.OCI_MANIFEST, utf8(manifest.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"config\":{}}", "{\"config\":{\"User\":null}}"})
  void aConfigurationWithoutAUserHasNone(String config) {
    assertThat(gate.present(new Config(configured(config))).user()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"config\":{\"User\":0}} | its User is no text",
        "{\"config\":{\"User\":[\"0\"]}} | its User is no text",
        "[] | it is JSON, but no object"
      })
  void aConfigurationThatIsNoneIsTrouble(String config, String why) {
    PinnedImage image = configured(config);
    Doubt doubt = gate.trouble(new Config(image)).doubt();
    assertThat(doubt.cause()).isEqualTo(Cause.MALFORMED);
    assertThat(doubt.tried())
        .isEqualTo("tried to read the configuration of " + image + ", but " + why);
  }

  private Evidence<?> manifest(ObjectNode manifest) {
    return gate.obtain(
        new Manifest(
            new PinnedImage(
                web.in(),
                registry.manifest(
                    "shop/web", MediaTypes.OCI_MANIFEST, utf8(manifest.toString())))));
  }

  private static ObjectNode annotated(int annotations, int length) {
    ObjectNode manifest = RegistryDouble.artifact("x", utf8("{}"));
    ObjectNode layer =
        RegistryDouble.describe(((ArrayNode) manifest.get("layers")).addObject(), "x", utf8("{}"));
    ObjectNode texts = layer.putObject("annotations");
    for (int i = 0; i < annotations; i++) {
      texts.put("a" + i, "x".repeat(length));
    }
    return manifest;
  }

  @ParameterizedTest
  @CsvSource({
    "100, 1, ''",
    "101, 1, its layer 1 has more than 100 annotations",
    "1, 524288, ''",
    "1, 524289, 'its layer 1 has an annotation that is no text, or too long'",
  })
  void T19_annotationsHaveBounds(int annotations, int length, String why) {
    Evidence<?> evidence = manifest(annotated(annotations, length));
    assertThat(evidence instanceof Evidence.Unavailable<?> no ? no.doubt().tried() : "")
        .endsWith(why)
        .satisfies(tried -> assertThat(tried.isEmpty()).isEqualTo(why.isEmpty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {Document.MOST_ENTRIES, Document.MOST_ENTRIES + 1})
  void T19_layersHaveABound(int layers) {
    ObjectNode manifest = RegistryDouble.artifact("x", utf8("{}"));
    for (int i = 0; i < layers; i++) {
      RegistryDouble.describe(((ArrayNode) manifest.get("layers")).addObject(), "x", utf8("{}"));
    }
    Evidence<?> evidence = manifest(manifest);
    if (layers == Document.MOST_ENTRIES) {
      assertThat(evidence).isInstanceOf(Evidence.Present.class);
    } else {
      assertThat(((Evidence.Unavailable<?>) evidence).doubt().tried())
          .endsWith("it has more than 1000 layers");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"schemaVersion\":2,\"manifests\":[],\"config\":{}} | it is an index and an image at once",
        "{\"schemaVersion\":2} | it names no content",
        "{\"schemaVersion\":2,\"manifests\":[7]} | its manifest 1 is no descriptor",
        "{\"schemaVersion\":2,\"manifests\":[{}]} | its manifest 1: ",
        "{\"schemaVersion\":2,\"layers\":[]} | its config is no descriptor",
      })
  void whatIsWrongWithAManifestIsNamed(String manifest, String why) {
    Manifest key =
        new Manifest(
            new PinnedImage(
                web.in(), registry.manifest("shop/web", "application/json", utf8(manifest))));
    assertThat(gate.trouble(key).doubt().tried()).contains(", but " + why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</v2/shop/web/referrers/%s?last=1>; rel=\"next\"",
        "</v2/shop/web/referrers/%s?last=1> ;rel=next",
        "<./%1$s?last=1>; rel=\"next\"",
        "<?last=1>; rel=\"next\""
      })
  void theNextPageIsFollowedHoweverItIsWritten(String link) {
    String subject = web.digest().toString();
    registry.bundle(web, utf8("{}"));
    registry.instead(
        asked -> asked.path().contains("/referrers/") && asked.query().isEmpty(),
        status(
            200,
            EMPTY,
            "Link",
            "<https://x.example>; rel=\"help\"",
            "Link",
            link.formatted(subject)));
    assertThat(documents().documents()).hasSize(1);
    assertThat(registry.lines()).contains("GET /v2/shop/web/referrers/" + subject + "?last=1");
  }

  private static String entries(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i ->
            "{\"mediaType\":\"x\",\"size\":1,\"digest\":\""
                + Bytes.copyOf(utf8("absent " + i)).sha256()
                + "\"}")
        .collect(Collectors.joining(",", "{\"manifests\":[", "]}"));
  }

  private void pages(String... bodies) {
    String path = "/v2/shop/web/referrers/" + web.digest();
    for (int i = 0; i < bodies.length; i++) {
      String query = i == 0 ? "" : "page=" + i;
      RegistryDouble.Answer answer =
          i + 1 < bodies.length
              ? status(200, bodies[i], "Link", "<" + path + "?page=" + (i + 1) + ">; rel=\"next\"")
              : status(200, bodies[i]);
      registry.instead(
          asked -> asked.path().contains("/referrers/") && asked.query().equals(query), answer);
    }
  }

  private static String[] empty(int pages) {
    return IntStream.range(0, pages).mapToObj(i -> EMPTY).toArray(String[]::new);
  }

  @Test
  void T19_theLastPageThatIsTakenIsTaken() {
    pages(empty(RegistryClient.MOST_PAGES));
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
    pages(empty(RegistryClient.MOST_PAGES + 1));
    assertThat(documents().unread()).singleElement().satisfies(this::tooManyPages);
  }

  private void tooManyPages(Doubt doubt) {
    assertThat(doubt)
        .isEqualTo(
            Doubt.of(
                Cause.TOO_LARGE,
                "tried to read the referrers of "
                    + web
                    + ", but there are more than 10 pages or 200 referrers"));
  }

  @Test
  void T19_pagesAreNotFollowedBeyondTheBoundOfReferrers() {
    pages(entries(0, 200), EMPTY);
    assertThat(documents().documents()).hasSize(200);
    registry.behave();
    registry.forget();
    pages(entries(0, 201), EMPTY);
    assertThat(documents().documents()).isEmpty();
    assertThat(documents().unread()).singleElement().satisfies(this::tooManyPages);
    assertThat(registry.lines()).noneMatch(line -> line.endsWith("page=1"));
  }

  /** A page that is missing is not the end of the list. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {\"errors\":[]} | it has no list of manifests",
        "204 | '' | it is empty",
        "206 | {\"manifests\":[]} | it has no list of manifests",
        "200 | {} | it has no list of manifests",
        "200 | {\"manifests\":\"none\"} | it has no list of manifests",
        "200 | {\"manifests\":[{}]} | entry 1: ",
      })
  void aPageThatIsNoneIsTrouble(int status, String body, String why) {
    pages(EMPTY, EMPTY);
    registry.instead(asked -> asked.query().equals("page=1"), status(status, body));
    assertThat(documents().unread())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.cause()).isEqualTo(Cause.MALFORMED);
          assertThat(doubt.tried())
              .contains("read the referrers of " + web + ", but the answer is no index: " + why);
        });
  }

  /** Go writes a list without entries as null. */
  @Test
  void aListOfNullIsEmpty() {
    pages("{\"manifests\":null}");
    assertThat(gate.obtain(new Signatures(web))).isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void T19_aPageHasABoundOfEntries() {
    pages(entries(0, Document.MOST_ENTRIES + 1));
    assertThat(documents().unread())
        .singleElement()
        .satisfies(doubt -> assertThat(doubt.tried()).endsWith("it has more than 1000 entries"));
  }
}
