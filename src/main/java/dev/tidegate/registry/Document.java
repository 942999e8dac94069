package dev.tidegate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest or index, read strictly: what could be both is neither (CVE-2021-41190), and no field
 * is there twice.
 *
 * @param manifest what it is
 * @param layers of an image; empty for an index
 */
record Document(ImageManifest manifest, List<Descriptor> layers) {
  /** Most entries of an index and most layers of an image. */
  static final int MOST_ENTRIES = 1000;

  /**
   * Most names, values and brackets of a document. Brackets alone would take up some thirty times
   * their length when read; a thousand layers with a dozen annotations each have 50,000.
   */
  static final int MOST_TOKENS = 250_000;

  Document {
    layers = List.copyOf(layers);
  }

  /** The object that {@code raw} is, within {@link #MOST_TOKENS}. */
  static JsonNode tree(byte[] raw) throws Malformed {
    try (JsonParser parser = StrictJson.MAPPER.createParser(raw)) {
      for (int tokens = 0; parser.nextToken() != null; tokens++) {
        if (tokens == MOST_TOKENS) {
          throw new Malformed("it has more than " + MOST_TOKENS + " names and values");
        }
      }
    } catch (IOException broken) {
      // Not JSON: reading it says so, and how, below.
    }
    try {
      return StrictJson.object(raw);
    } catch (StrictJson.Broken broken) {
      throw new Malformed(String.valueOf(broken.getMessage()));
    }
  }

  /**
   * Reads {@code raw}.
   *
   * @param contentType media type of the response; counts only where the document says none
   */
  static Document read(Bytes raw, String contentType) throws Malformed {
    JsonNode root = tree(raw.toArray());
    int schema = root.path("schemaVersion").asInt(0);
    if (schema == 1) {
      throw new Malformed(
          "it is of Docker's first manifest schema, which names no content; push the image again");
    }
    if (schema != 2 || !root.path("schemaVersion").isInt()) {
      throw new Malformed("its schemaVersion is not 2");
    }
    String said = root.path("mediaType").asText("");
    String type = said.isEmpty() ? contentType : said;
    boolean index = root.has("manifests");
    boolean image = root.has("config") || root.has("layers") || root.has("fsLayers");
    if (index == image) {
      throw new Malformed(index ? "it is an index and an image at once" : "it names no content");
    }
    if (index ? MediaTypes.isManifest(type) : MediaTypes.isIndex(type)) {
      throw new Malformed("its media type is that of the other kind of manifest");
    }
    return index ? index(raw, type, root) : image(raw, type, root);
  }

  private static Document image(Bytes raw, String type, JsonNode root) throws Malformed {
    Descriptor config = Descriptor.read(root.path("config"), "its config");
    Optional<Digest> subject =
        root.path("subject").isObject()
            ? Optional.of(Descriptor.read(root.path("subject"), "its subject").digest())
            : Optional.empty();
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : entries(root.path("layers"), "layers")) {
      layers.add(Descriptor.read(layer, "its layer " + (layers.size() + 1)));
    }
    return new Document(
        new ImageManifest.Image(raw, PlainText.of(type, 200), config.digest(), subject), layers);
  }

  private static Document index(Bytes raw, String type, JsonNode root) throws Malformed {
    List<ImageManifest.Child> children = new ArrayList<>();
    for (JsonNode child : entries(root.path("manifests"), "manifests")) {
      Descriptor descriptor = Descriptor.read(child, "its manifest " + (children.size() + 1));
      children.add(
          new ImageManifest.Child(
              descriptor.digest(),
              PlainText.of(descriptor.mediaType(), 200),
              platform(child.path("platform"))));
    }
    return new Document(new ImageManifest.Index(raw, PlainText.of(type, 200), children), List.of());
  }

  private static JsonNode entries(JsonNode list, String name) throws Malformed {
    if (!list.isArray()) {
      throw new Malformed("its " + name + " are no list");
    }
    if (list.size() > MOST_ENTRIES) {
      throw new Malformed("it has more than " + MOST_ENTRIES + " " + name);
    }
    return list;
  }

  /** The platform that {@code node} names; an entry that names half of one could run anywhere. */
  static Optional<Platform> platform(JsonNode node) {
    String os = node.path("os").asText("");
    String architecture = node.path("architecture").asText("");
    String variant = node.path("variant").asText("");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Platform(
                os, architecture, variant.isEmpty() ? Optional.empty() : Optional.of(variant)));
  }
}
