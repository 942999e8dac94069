package dev.tidegate.registry;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;
import static dev.tidegate.testkit.FuzzTarget.utf8;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.FuzzTarget;
import java.util.List;

/** Fuzzes what registries answer, and what is written of it. */
public final class RegistryFuzz {
  private static final Repository REPOSITORY = new Repository("registry.example.com", "shop/web");
  private static final Bytes MANIFEST =
      Bytes.copyOf(
          utf8(
              "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:"
                  + "c".repeat(64)
                  + "\",\"size\":2},\"layers\":[]}"));

  private RegistryFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("manifest", data -> manifest(data, MediaTypes.OCI_MANIFEST)),
        FuzzTarget.of("index", data -> manifest(data, MediaTypes.OCI_INDEX)),
        FuzzTarget.of("image-config", RegistryFuzz::config),
        FuzzTarget.of("written-signatures", RegistryFuzz::written));
  }

  @SuppressWarnings("unchecked") // codecs are found by the class of their keys
  private static <K extends EvidenceKey.Fetched<T>, T> EvidenceCodec<K, T> codec(Class<K> kind) {
    return (EvidenceCodec<K, T>)
        Codecs.all().stream().filter(one -> one.serves() == kind).findFirst().orElseThrow();
  }

  private static void manifest(byte[] data, String type) throws EvidenceCodec.Damaged {
    Bytes raw = Bytes.copyOf(data);
    Document read;
    try {
      read = Document.read(raw, type);
    } catch (Malformed why) {
      must(!String.valueOf(why.getMessage()).isBlank(), "no reason");
      return;
    }
    same(raw, read.manifest().raw(), "bytes");
    boolean config = StrictTree.has(data, "config") || StrictTree.has(data, "layers");
    boolean manifests = StrictTree.has(data, "manifests");
    must(config != manifests, "it is both or neither");
    switch (read.manifest()) {
      case ImageManifest.Image image -> {
        must(config, "an index was read as an image");
        must(read.layers().size() <= Document.MOST_ENTRIES, "too many layers");
      }
      case ImageManifest.Index index -> {
        must(manifests, "an image was read as an index");
        must(index.children().size() <= Document.MOST_ENTRIES, "too many children");
        must(read.layers().isEmpty(), "layers of an index");
      }
    }
    // What is written of it reads as the same.
    EvidenceKey.Manifest key = new EvidenceKey.Manifest(new PinnedImage(REPOSITORY, raw.sha256()));
    EvidenceCodec<EvidenceKey.Manifest, ImageManifest> codec = codec(EvidenceKey.Manifest.class);
    same(read.manifest(), codec.decode(key, codec.encode(read.manifest())), "written and read");
  }

  private static void config(byte[] data) {
    Bytes raw = Bytes.copyOf(data);
    try {
      ImageConfig config = Configs.read(MANIFEST, raw);
      same(raw, config.raw(), "bytes");
    } catch (Malformed why) {
      must(!String.valueOf(why.getMessage()).isBlank(), "no reason");
    }
  }

  private static void written(byte[] data) throws EvidenceCodec.Damaged {
    EvidenceKey.Signatures key =
        new EvidenceKey.Signatures(new PinnedImage(REPOSITORY, MANIFEST.sha256()));
    EvidenceCodec<EvidenceKey.Signatures, SignatureDocuments> codec =
        codec(EvidenceKey.Signatures.class);
    SignatureDocuments read;
    try {
      read = codec.decode(key, data);
    } catch (EvidenceCodec.Damaged why) {
      must(!String.valueOf(why.getMessage()).isBlank(), "no reason");
      return;
    }
    same(read, codec.decode(key, codec.encode(read)), "written and read");
  }

  /** Looks at the fields of an object another way than the reader. */
  private static final class StrictTree {
    static boolean has(byte[] data, String field) {
      try {
        return new com.fasterxml.jackson.databind.ObjectMapper().readTree(data).has(field);
      } catch (java.io.IOException broken) {
        throw new IllegalStateException("read as a manifest, and is not JSON", broken);
      }
    }
  }
}
