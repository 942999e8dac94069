package dev.tidegate.testkit;

import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PinnedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signatures that say by whom they are, for tests of what is made of proofs. Verification itself is
 * tested with real ones.
 */
public final class FakeSignatures {
  /** The folder of the public keys. */
  public static final Path FOLDER =
      Path.of(System.getProperty("tidegate.basedir", "."), "src/test/resources/policy/material");

  /** Who vouches for identities. */
  public static final String ISSUER = "https://issuer.example.com";

  private FakeSignatures() {}

  /** The key in {@code NAME.pub}. */
  public static VerificationKey key(String name) {
    return VerificationKey.parse(text(name + ".pub"));
  }

  /** A file of the folder. */
  public static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }

  /** A signature by the key called {@code by}. */
  public static SignatureDocument signature(String by, Map<String, String> annotations) {
    return document(SignatureDocument.Kind.SIGNATURE, by, annotations);
  }

  /** An attestation by the key called {@code by}. */
  public static SignatureDocument attestation(String by) {
    return document(SignatureDocument.Kind.ATTESTATION, by, Map.of());
  }

  /**
   * An attestation of {@code type} by the key called {@code by}; what it says is always the same.
   */
  public static SignatureDocument attestation(String by, String type) {
    return new SignatureDocument.Layer(
        "layer by " + by,
        SignatureDocument.Kind.ATTESTATION,
        type,
        Bytes.copyOf(key(by).id().getBytes(StandardCharsets.UTF_8)),
        Map.of());
  }

  private static Optional<String> type(SignatureDocument.Layer layer) {
    return layer.mediaType().equals("fake") ? Optional.empty() : Optional.of(layer.mediaType());
  }

  private static Optional<Predicate> predicate(SignatureDocument.Layer layer) {
    return type(layer)
        .flatMap(PredicateKind::of)
        .map(kind ->
            switch (kind) {
              case SLSA_02, SLSA_1 ->
                  new Predicate.Provenance(
                      Optional.of("https://builder.example.com"),
                      Optional.of("https://git.example.com/shop/web"),
                      Optional.of("refs/heads/main"),
                      Optional.empty());
              case SPDX, CYCLONEDX -> new Predicate.Contents(false, 1);
              case VULNERABILITIES ->
                  new Predicate.Vulnerabilities(
                      "trivy",
                      "0.72.0",
                      Optional.empty(),
                      Optional.empty(),
                      Optional.of(Bytes.EMPTY));
            });
  }

  private static Kind kind(SignatureDocument.Layer layer) {
    return layer.kind() == SignatureDocument.Kind.SIGNATURE ? Kind.SIGNATURE : Kind.ATTESTATION;
  }

  private static SignatureDocument document(
      SignatureDocument.Kind kind, String by, Map<String, String> annotations) {
    return new SignatureDocument.Layer(
        "layer by " + by,
        kind,
        "fake",
        Bytes.copyOf(key(by).id().getBytes(StandardCharsets.UTF_8)),
        annotations);
  }

  /** What is beside {@code image}. */
  public static SignatureDocuments beside(PinnedImage image, SignatureDocument... documents) {
    return new SignatureDocuments(image, List.of(documents), List.of());
  }

  /** What {@code documents} prove of {@code signer}; none of them is in a log of {@code times}. */
  public static SignatureProofs proofs(
      SignatureDocuments documents, Signer signer, Instant... times) {
    List<Proven> proven = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    for (SignatureDocument document : documents.documents()) {
      SignatureDocument.Layer layer = (SignatureDocument.Layer) document;
      if (signer instanceof Signer.ByIdentity by) {
        identity(layer, by, proven, rejected, times);
        continue;
      }
      Signer.ByKey by = (Signer.ByKey) signer;
      boolean own =
          new String(layer.payload().toArray(), StandardCharsets.UTF_8).equals(by.key().id());
      if (!own) {
        rejected.add(new Rejected(layer.place(), Reason.OTHER_SIGNER, "another key has signed it"));
      } else if ((by.log() == TransparencyLog.REQUIRED && by.leastLogs() > logs(by))
          || by.trust().map(root -> root.json().size() > 140).orElse(false)) {
        rejected.add(new Rejected(layer.place(), Reason.NOT_LOGGED, "it is in no log"));
      } else {
        proven.add(
            new Proven(
                kind(layer),
                layer.place(),
                Format.LAYER,
                by.key().id(),
                layer.annotations(),
                type(layer),
                predicate(layer),
                Optional.empty(),
                List.of(times)));
      }
    }
    return new SignatureProofs(proven, rejected);
  }

  /**
   * Every key is also an identity of the same name, vouched for by {@link #ISSUER}, whose
   * certificates are in no log.
   */
  private static void identity(
      SignatureDocument.Layer layer,
      Signer.ByIdentity by,
      List<Proven> proven,
      List<Rejected> rejected,
      Instant... times) {
    String subject = layer.place().substring("layer by ".length());
    if (!matches(by.issuer(), ISSUER) || !matches(by.subject(), subject) || !claims(by.claims())) {
      rejected.add(new Rejected(layer.place(), Reason.OTHER_SIGNER, "it is signed as " + subject));
    } else if (by.leastClocks() > 1) {
      rejected.add(new Rejected(layer.place(), Reason.BAD_TIME, "one clock tells its time"));
    } else if (by.certificateLog()) {
      rejected.add(new Rejected(layer.place(), Reason.BAD_CERTIFICATE, "it is in no log"));
    } else {
      proven.add(
          new Proven(
              kind(layer),
              layer.place(),
              Format.LAYER,
              subject,
              layer.annotations(),
              type(layer),
              predicate(layer),
              Optional.empty(),
              List.of(times)));
    }
  }

  /**
   * In how many logs of its trusted root every signature is: that of one log is a little longer.
   */
  private static int logs(Signer.ByKey by) {
    return by.trust().map(root -> root.json().size() > 85).orElse(false) ? 1 : 0;
  }

  /** What every certificate claims. */
  private static final Map<FulcioClaim, String> CLAIMS =
      Map.of(FulcioClaim.SOURCE_REPOSITORY_REF, "refs/heads/main");

  private static boolean claims(Map<FulcioClaim, IdentityPattern> wanted) {
    return wanted.entrySet().stream()
        .allMatch(one -> matches(one.getValue(), CLAIMS.getOrDefault(one.getKey(), "")));
  }

  private static boolean matches(IdentityPattern pattern, String text) {
    return pattern.kind() == IdentityPattern.Kind.EXACT
        ? pattern.text().equals(text)
        : text.matches(pattern.text());
  }
}
