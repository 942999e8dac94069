package dev.tidegate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocument.Kind;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.RegistryDouble;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of evidence are read as they were written, or not at all. */
class CodecsTest {
  private static final PinnedImage IMAGE =
      new PinnedImage(
          ImageReference.parse("r.example/shop/web").repository(),
          Digest.parse("sha256:" + "a".repeat(64)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "\"x\"",
        "7",
        "[{\"layer\":\"SIGNATURE\"}]",
        "[{\"bundle\":7}]",
        "[{\"bundle\":\"!\"}]",
        "[7]",
        "[{\"broken\":{}}]",
        "[{\"layer\":\"OTHER\",\"payload\":\"\"}]",
        "[{\"place\":\"x\"}]"
      })
  void whatNoEncoderWroteIsDamaged(String text) {
    EvidenceCodec<Signatures, SignatureDocuments> codec = codec(Signatures.class);
    assertThatThrownBy(
            () -> codec.decode(new Signatures(IMAGE), text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EvidenceCodec.Damaged.class);
  }

  @Test
  void signaturesComeBackAsTheyWere() throws EvidenceCodec.Damaged {
    SignatureDocuments written =
        new SignatureDocuments(
            IMAGE,
            List.of(
                new SignatureDocument.Layer(
                    "a", Kind.SIGNATURE, "t", bytes("payload"), Map.of("k", "v")),
                new SignatureDocument.Layer("b", Kind.ATTESTATION, "t", bytes(""), Map.of()),
                new SignatureDocument.Bundle("c", bytes("{}")),
                new SignatureDocument.Broken("d", "why")),
            List.of());
    EvidenceCodec<Signatures, SignatureDocuments> codec = codec(Signatures.class);
    assertThat(codec.provesItself()).isFalse();
    assertThat(codec.decode(new Signatures(IMAGE), codec.encode(written))).isEqualTo(written);
  }

  /** Records outlive the process and the version: another name would lose what was written. */
  @Test
  void recordsAreFiledUnderNamesThatStay() {
    Resolution tagged = new Resolution(ImageReference.parse("r.example/shop/web:1"));
    String image = "r.example/shop/web@sha256:" + "a".repeat(64);
    assertThat(filed(codec(Resolution.class), tagged))
        .isEqualTo("resolution 1 r.example/shop/web:1");
    assertThat(filed(codec(Manifest.class), new Manifest(IMAGE))).isEqualTo("manifest 1 " + image);
    assertThat(filed(codec(Config.class), new Config(IMAGE))).isEqualTo("config 1 " + image);
    assertThat(filed(codec(Signatures.class), new Signatures(IMAGE)))
        .isEqualTo("signatures 1 " + image);
  }

  private static <K extends EvidenceKey.Fetched<T>, T> String filed(
      EvidenceCodec<K, T> codec, K key) {
    return codec.type() + " " + codec.schema() + " " + codec.name(key);
  }

  @Test
  void resolutionsComeBackAsTheyWere() throws EvidenceCodec.Damaged {
    Resolution key = new Resolution(ImageReference.parse("r.example/shop/web:1"));
    EvidenceCodec<Resolution, PinnedImage> codec = codec(Resolution.class);
    assertThat(codec.provesItself()).isFalse();
    assertThat(codec.decode(key, codec.encode(IMAGE))).isEqualTo(IMAGE);
    assertThatThrownBy(() -> codec.decode(key, utf8("sha256:x")))
        .isInstanceOf(EvidenceCodec.Damaged.class);
  }

  @Test
  void manifestsAndConfigurationsProveThemselves() throws Exception {
    byte[] config =
        utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"7\"}}");
    Bytes manifest = bytes(RegistryDouble.artifact("x", config).toString());
    PinnedImage image = new PinnedImage(IMAGE.in(), manifest.sha256());
    EvidenceCodec<Manifest, ImageManifest> manifests = codec(Manifest.class);
    EvidenceCodec<Config, ImageConfig> configs = codec(Config.class);
    assertThat(manifests.provesItself()).isTrue();
    assertThat(configs.provesItself()).isTrue();

    ImageManifest read = Document.read(manifest, "").manifest();
    byte[] one = manifests.encode(read);
    assertThat(manifests.decode(new Manifest(image), one)).isEqualTo(read);
    damaged(manifests, new Manifest(image), one);
    damaged(manifests, new Manifest(IMAGE), List.of(one));

    ImageConfig user = Configs.read(manifest, Bytes.copyOf(config));
    byte[] two = configs.encode(user);
    assertThat(configs.decode(new Config(image), two)).isEqualTo(user);
    damaged(configs, new Config(image), two);
    damaged(configs, new Config(IMAGE), List.of(two));
  }

  /** The length of the first piece, at its bounds: none of it, and all that there is. */
  @Test
  void lengthsInARecordAreWithinIt() throws Exception {
    Bytes manifest = bytes(RegistryDouble.artifact("x", utf8("{}")).toString());
    Manifest key = new Manifest(new PinnedImage(IMAGE.in(), manifest.sha256()));
    EvidenceCodec<Manifest, ImageManifest> codec = codec(Manifest.class);
    byte[] record =
        ByteBuffer.allocate(4 + manifest.size()).putInt(0).put(manifest.toArray()).array();
    assertThat(codec.decode(key, record).raw()).isEqualTo(manifest);
    ByteBuffer all = ByteBuffer.allocate(7).put(4, utf8("all"));
    damagedBy(codec, key, all.putInt(0, 3).array(), "it does not hash to its digest");
    damagedBy(codec, key, all.putInt(0, 4).array(), "its lengths do not fit");
    damagedBy(codec, key, all.putInt(0, -1).array(), "its lengths do not fit");
    damagedBy(codec, key, new byte[4], "it does not hash to its digest");
    damagedBy(codec, key, new byte[3], "its lengths do not fit");
  }

  private static <K extends EvidenceKey.Fetched<T>, T> void damagedBy(
      EvidenceCodec<K, T> codec, K key, byte[] record, String why) {
    assertThatThrownBy(() -> codec.decode(key, record))
        .isInstanceOf(EvidenceCodec.Damaged.class)
        .hasMessage(why);
  }

  /** Every bit counts: cut anywhere, or changed at the end, it is damaged. */
  private static <K extends EvidenceKey.Fetched<T>, T> void damaged(
      EvidenceCodec<K, T> codec, K key, byte[] good) {
    byte[] changed = good.clone();
    changed[good.length - 1] ^= 1;
    damaged(
        codec,
        key,
        List.of(changed, new byte[0], new byte[3], Arrays.copyOf(good, good.length - 1)));
  }

  private static <K extends EvidenceKey.Fetched<T>, T> void damaged(
      EvidenceCodec<K, T> codec, K key, List<byte[]> records) {
    for (byte[] record : records) {
      assertThatThrownBy(() -> codec.decode(key, record)).isInstanceOf(EvidenceCodec.Damaged.class);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Bytes bytes(String text) {
    return Bytes.copyOf(utf8(text));
  }

  @SuppressWarnings("unchecked") // codecs are found by the class of their keys
  private static <K extends EvidenceKey.Fetched<T>, T> EvidenceCodec<K, T> codec(Class<K> kind) {
    return (EvidenceCodec<K, T>)
        Registries.codecs().stream()
            .filter(codec -> codec.serves() == kind)
            .findFirst()
            .orElseThrow();
  }
}
