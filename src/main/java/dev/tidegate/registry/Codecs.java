package dev.tidegate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How evidence from registries is written where it outlives the process. */
final class Codecs {
  private Codecs() {}

  static List<EvidenceCodec<?, ?>> all() {
    return List.of(new OfResolution(), new OfManifest(), new OfConfig(), new OfSignatures());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Two pieces of bytes: the length of the first, and both. */
  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(4 + first.length + second.length)
        .putInt(first.length)
        .put(first)
        .put(second)
        .array();
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Halves(byte[] first, byte[] second) {
    static Halves of(byte[] joined) throws EvidenceCodec.Damaged {
      ByteBuffer buffer = ByteBuffer.wrap(joined);
      int length = buffer.remaining() < 4 ? -1 : buffer.getInt();
      if (length < 0 || length > buffer.remaining()) {
        throw new EvidenceCodec.Damaged("its lengths do not fit");
      }
      byte[] first = new byte[length];
      buffer.get(first);
      byte[] second = new byte[buffer.remaining()];
      buffer.get(second);
      return new Halves(first, second);
    }
  }

  private static EvidenceCodec.Damaged damaged(Exception why) {
    return new EvidenceCodec.Damaged(String.valueOf(why.getMessage()));
  }

  private static final class OfResolution implements EvidenceCodec<Resolution, PinnedImage> {
    @Override
    public Class<Resolution> serves() {
      return Resolution.class;
    }

    @Override
    public String type() {
      return "resolution";
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(Resolution key) {
      return key.tagged().toString();
    }

    @Override
    public boolean provesItself() {
      return false;
    }

    @Override
    public byte[] encode(PinnedImage value) {
      return utf8(value.digest().toString());
    }

    @Override
    public PinnedImage decode(Resolution key, byte[] bytes) throws Damaged {
      try {
        return new PinnedImage(key.tagged().repository(), Digest.parse(text(bytes)));
      } catch (BadValue bad) {
        throw damaged(bad);
      }
    }
  }

  private static final class OfManifest implements EvidenceCodec<Manifest, ImageManifest> {
    @Override
    public Class<Manifest> serves() {
      return Manifest.class;
    }

    @Override
    public String type() {
      return "manifest";
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(Manifest key) {
      return key.image().toString();
    }

    @Override
    public boolean provesItself() {
      return true;
    }

    @Override
    public byte[] encode(ImageManifest value) {
      return join(utf8(value.mediaType()), value.raw().toArray());
    }

    @Override
    public ImageManifest decode(Manifest key, byte[] bytes) throws Damaged {
      Halves halves = Halves.of(bytes);
      Bytes raw = Bytes.copyOf(halves.second());
      if (!raw.hashTo(key.image().digest())) {
        throw new Damaged("it does not hash to its digest");
      }
      try {
        return Document.read(raw, text(halves.first())).manifest();
      } catch (Malformed broken) {
        throw damaged(broken);
      }
    }
  }

  private static final class OfConfig implements EvidenceCodec<Config, ImageConfig> {
    @Override
    public Class<Config> serves() {
      return Config.class;
    }

    @Override
    public String type() {
      return "config";
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(Config key) {
      return key.image().toString();
    }

    @Override
    public boolean provesItself() {
      return true;
    }

    @Override
    public byte[] encode(ImageConfig value) {
      return join(value.manifest().toArray(), value.raw().toArray());
    }

    @Override
    public ImageConfig decode(Config key, byte[] bytes) throws Damaged {
      Halves halves = Halves.of(bytes);
      Bytes manifest = Bytes.copyOf(halves.first());
      Bytes raw = Bytes.copyOf(halves.second());
      try {
        if (!manifest.hashTo(key.image().digest())
            || !(Document.read(manifest, "").manifest() instanceof ImageManifest.Image image)
            || !raw.hashTo(image.config())) {
          throw new Damaged("it does not hash to its digest");
        }
        return Configs.read(manifest, raw);
      } catch (Malformed broken) {
        throw damaged(broken);
      }
    }
  }

  private static final class OfSignatures implements EvidenceCodec<Signatures, SignatureDocuments> {
    @Override
    public Class<Signatures> serves() {
      return Signatures.class;
    }

    @Override
    public String type() {
      return "signatures";
    }

    @Override
    public int schema() {
      return 1;
    }

    @Override
    public String name(Signatures key) {
      return key.image().toString();
    }

    @Override
    public boolean provesItself() {
      return false; // each document could be left out
    }

    @Override
    public byte[] encode(SignatureDocuments value) {
      ArrayNode list = StrictJson.MAPPER.createArrayNode();
      for (SignatureDocument document : value.documents()) {
        ObjectNode node = list.addObject().put("place", document.place());
        switch (document) {
          case SignatureDocument.Layer layer -> {
            node.put("layer", layer.kind().name())
                .put("mediaType", layer.mediaType())
                .put("payload", layer.payload().toArray());
            layer.annotations().forEach(node.putObject("annotations")::put);
          }
          case SignatureDocument.Bundle bundle -> node.put("bundle", bundle.json().toArray());
          case SignatureDocument.Broken broken -> node.put("broken", broken.why());
        }
      }
      return utf8(list.toString());
    }

    @Override
    public SignatureDocuments decode(Signatures key, byte[] bytes) throws Damaged {
      List<SignatureDocument> documents = new ArrayList<>();
      try {
        JsonNode list = StrictJson.read(bytes);
        if (!list.isArray()) {
          throw new Damaged("it is no list"); // which would read as no signatures at all
        }
        for (JsonNode node : list) {
          documents.add(document(node));
        }
      } catch (StrictJson.Broken | IOException | IllegalArgumentException broken) {
        throw damaged(broken);
      }
      return new SignatureDocuments(key.image(), documents, List.of());
    }

    private static String text(JsonNode node, String field) throws Damaged {
      if (!node.path(field).isTextual()) {
        throw new Damaged("its " + field + " is no text");
      }
      return node.path(field).textValue();
    }

    private static byte[] binary(JsonNode node, String field) throws IOException, Damaged {
      text(node, field); // of other values there is no binary one
      return node.path(field).binaryValue();
    }

    private static SignatureDocument document(JsonNode node) throws IOException, Damaged {
      String place = text(node, "place");
      if (node.has("layer")) {
        Map<String, String> annotations = new LinkedHashMap<>();
        node.path("annotations")
            .properties()
            .forEach(one -> annotations.put(one.getKey(), one.getValue().asText("")));
        if (!node.path("annotations").isObject()
            || !node.path("annotations").valueStream().allMatch(JsonNode::isTextual)) {
          throw new Damaged("its annotations are no texts");
        }
        return new SignatureDocument.Layer(
            place,
            SignatureDocument.Kind.valueOf(text(node, "layer")),
            text(node, "mediaType"),
            Bytes.copyOf(binary(node, "payload")),
            annotations);
      }
      if (node.has("bundle")) {
        return new SignatureDocument.Bundle(place, Bytes.copyOf(binary(node, "bundle")));
      }
      if (node.has("broken")) {
        return new SignatureDocument.Broken(place, text(node, "broken"));
      }
      throw new Damaged("a document is of no known kind");
    }
  }
}
