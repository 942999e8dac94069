package dev.tidegate.sigstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The contents of a document, each decoded, and how the document looks with another content in its
 * place. Every text and number in the document is a part of some kind.
 */
final class Parts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOG = "dev.sigstore.cosign/bundle";
  private static final String STAMP = "dev.sigstore.cosign/rfc3161timestamp";
  private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";

  /** How the fields that hold bytes are written; all others are texts or numbers. */
  private enum Coding {
    BASE64,
    HEX,
    TEXT
  }

  private static final Map<String, Coding> CODINGS =
      Map.ofEntries(
          Map.entry("rawBytes", Coding.BASE64),
          Map.entry("signedTimestamp", Coding.BASE64),
          Map.entry("keyId", Coding.BASE64),
          Map.entry("canonicalizedBody", Coding.BASE64),
          Map.entry("signedEntryTimestamp", Coding.BASE64),
          Map.entry("rootHash", Coding.BASE64),
          Map.entry("digest", Coding.BASE64),
          Map.entry("signature", Coding.BASE64),
          Map.entry("payload", Coding.BASE64),
          Map.entry("sig", Coding.BASE64),
          Map.entry("SignedEntryTimestamp", Coding.BASE64),
          Map.entry("body", Coding.BASE64),
          Map.entry("SignedRFC3161Timestamp", Coding.BASE64),
          Map.entry("logID", Coding.HEX),
          Map.entry("hint", Coding.TEXT));

  private Parts() {}

  /**
   * One content.
   *
   * @param name where it stands, without numbers of list entries
   * @param with the document with another content
   */
  record Part(String name, Bytes content, Function<byte[], SignatureDocument> with) {
    static Part of(String name, byte[] content, Function<byte[], SignatureDocument> with) {
      return new Part(name, Bytes.copyOf(content), with);
    }
  }

  static List<Part> of(SignatureDocument document) {
    List<Part> parts = new ArrayList<>();
    switch (document) {
      case SignatureDocument.Bundle bundle ->
          json(
              bundle.json().toArray(),
              "bundle",
              json -> new SignatureDocument.Bundle(bundle.place(), Bytes.copyOf(json)),
              parts);
      case SignatureDocument.Layer layer -> layer(layer, parts);
      case SignatureDocument.Broken broken -> throw new IllegalArgumentException(broken.why());
    }
    return parts;
  }

  private static void layer(SignatureDocument.Layer layer, List<Part> parts) {
    Function<byte[], SignatureDocument> payload =
        bytes ->
            new SignatureDocument.Layer(
                layer.place(),
                layer.kind(),
                layer.mediaType(),
                Bytes.copyOf(bytes),
                layer.annotations());
    if (layer.kind() == SignatureDocument.Kind.ATTESTATION) {
      json(layer.payload().toArray(), "layer.envelope", payload, parts);
    } else {
      parts.add(new Part("layer.payload", layer.payload(), payload));
    }
    layer
        .annotations()
        .forEach((name, value) -> {
          if (!value.isEmpty()) {
            annotation(layer, name, value, parts);
          }
        });
  }

  private static void annotation(
      SignatureDocument.Layer layer, String name, String value, List<Part> parts) {
    Function<String, SignatureDocument> with =
        text -> dev.tidegate.testkit.TestSigstore.with(layer, name, text);
    Function<byte[], SignatureDocument> withJson =
        bytes -> with.apply(new String(bytes, StandardCharsets.UTF_8));
    switch (name) {
      case LOG, STAMP -> json(value.getBytes(StandardCharsets.UTF_8), name, withJson, parts);
      case SIGNATURE ->
          parts.add(
              Part.of(
                  name,
                  Base64.getDecoder().decode(value),
                  bytes -> with.apply(Base64.getEncoder().encodeToString(bytes))));
      case CERTIFICATE ->
          parts.add(
              Part.of(
                  name,
                  der(value),
                  bytes ->
                      with.apply(
                          "-----BEGIN CERTIFICATE-----\n"
                              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                              + "\n-----END CERTIFICATE-----\n")));
      default ->
          parts.add(
              Part.of(
                  name,
                  value.getBytes(StandardCharsets.UTF_8),
                  bytes -> with.apply(new String(bytes, StandardCharsets.ISO_8859_1))));
    }
  }

  private static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]*-----", ""));
  }

  private static void json(
      byte[] json, String path, Function<byte[], SignatureDocument> with, List<Part> parts) {
    try {
      JsonNode root = JSON.readTree(json);
      walk(root, root, "", path, with, parts);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void walk(
      JsonNode root,
      JsonNode node,
      String pointer,
      String path,
      Function<byte[], SignatureDocument> with,
      List<Part> parts) {
    if (node.isArray() && !node.isEmpty() && node.get(0).isTextual()) {
      parts.add(hashes(root, (ArrayNode) node, pointer, path, with));
    } else if (node.isContainerNode()) {
      if (node.isArray()) {
        for (int i = 0; i < node.size(); i++) {
          walk(root, node.get(i), pointer + "/" + i, path, with, parts);
        }
      }
      node.properties()
          .forEach(entry ->
              walk(
                  root,
                  entry.getValue(),
                  pointer + "/" + entry.getKey(),
                  path + "." + entry.getKey(),
                  with,
                  parts));
    } else if (!node.isNull()) {
      Coding coding = CODINGS.getOrDefault(path.substring(path.lastIndexOf('.') + 1), Coding.TEXT);
      parts.add(
          Part.of(
              path,
              decode(coding, node.asText()),
              bytes -> {
                JsonNode changed = root.deepCopy();
                int last = pointer.lastIndexOf('/');
                ((ObjectNode) changed.at(pointer.substring(0, last)))
                    .put(pointer.substring(last + 1), encode(coding, bytes));
                return with.apply(written(changed));
              }));
    }
  }

  /** All hashes of an inclusion proof as one content. */
  private static Part hashes(
      JsonNode root,
      ArrayNode list,
      String pointer,
      String path,
      Function<byte[], SignatureDocument> with) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    list.forEach(one -> all.writeBytes(Base64.getDecoder().decode(one.asText())));
    int size = all.size() / list.size();
    return Part.of(
        path,
        all.toByteArray(),
        bytes -> {
          JsonNode changed = root.deepCopy();
          ArrayNode hashes = (ArrayNode) changed.at(pointer);
          for (int i = 0; i < hashes.size(); i++) {
            hashes.set(
                i,
                Base64.getEncoder()
                    .encodeToString(Arrays.copyOfRange(bytes, i * size, (i + 1) * size)));
          }
          return with.apply(written(changed));
        });
  }

  private static byte[] decode(Coding coding, String text) {
    return switch (coding) {
      case BASE64 -> Base64.getDecoder().decode(text);
      case HEX -> HexFormat.of().parseHex(text);
      case TEXT -> text.getBytes(StandardCharsets.UTF_8);
    };
  }

  private static String encode(Coding coding, byte[] bytes) {
    return switch (coding) {
      case BASE64 -> Base64.getEncoder().encodeToString(bytes);
      case HEX -> HexFormat.of().formatHex(bytes);
      // A byte that is no UTF-8 becomes another character, which must not matter either.
      case TEXT -> new String(bytes, StandardCharsets.UTF_8);
    };
  }

  private static byte[] written(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
