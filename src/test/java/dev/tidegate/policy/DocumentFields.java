package dev.tidegate.policy;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.check.KeyFile;
import dev.tidegate.document.Binder;
import dev.tidegate.document.Field;
import dev.tidegate.document.Scalars;
import dev.tidegate.document.Words;
import dev.tidegate.evidence.TrustRoot;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The fields of policy documents, found as the binder finds them: by walking the records. */
final class DocumentFields {
  private DocumentFields() {}

  /**
   * A field.
   *
   * @param path from the spec; {@code []} marks entries of lists
   * @param type as references name it
   * @param leaf whether a value stands there, and not further fields
   */
  record Entry(String path, String type, Field field, boolean required, boolean leaf) {}

  /** The fields of a document of {@code shape}, without those of checks. */
  static List<Entry> of(Class<? extends Record> shape) {
    List<Entry> entries = new ArrayList<>();
    walk("", shape, entries);
    return entries;
  }

  /** The parameters of all checks in {@code registry}, by id. */
  static List<Entry> parameters(CheckRegistry registry) {
    List<Entry> entries = new ArrayList<>();
    for (Check<?> check : registry.all()) {
      walk("spec.checks." + check.descriptor().id(), check.parameters(), entries);
    }
    return entries;
  }

  private static void walk(String path, Class<?> shape, List<Entry> entries) {
    for (RecordComponent component : shape.getRecordComponents()) {
      String here = Binder.below(path, component.getName());
      Field field = Objects.requireNonNull(component.getAnnotation(Field.class), here);
      Type inner = component.getGenericType();
      String suffix = "";
      while (inner instanceof ParameterizedType generic) {
        Class<?> raw = (Class<?>) generic.getRawType();
        suffix += raw == Optional.class ? "" : raw == Map.class ? ".KEY" : "[]";
        inner = generic.getActualTypeArguments()[raw == Map.class ? 1 : 0];
      }
      Class<?> type = (Class<?>) inner;
      if (type == TrustRoot.class) {
        type = Materials.TrustRootSpec.class; // what stands in the document
      }
      boolean nested =
          type.isRecord()
              && !Scalars.reads(type)
              && type != CheckBlocks.class
              && type != KeyFile.class;
      entries.add(
          new Entry(
              here, words(component.getGenericType()), field, required(component, field), !nested));
      if (nested) {
        walk(here + suffix, type, entries);
      }
    }
  }

  private static boolean required(RecordComponent component, Field field) {
    Class<?> type = component.getType();
    boolean mayBeEmpty =
        type == Optional.class || type == List.class || type == Map.class || type == Set.class;
    return field.fallback().isEmpty() && (field.nonEmpty() || !mayBeEmpty);
  }

  private static String words(Type type) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] arguments = generic.getActualTypeArguments();
      if (raw == Optional.class) {
        return words(arguments[0]);
      }
      return raw == Map.class
          ? "map of " + words(arguments[1])
          : (raw == List.class ? "list of " : "set of ") + words(arguments[0]);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      return String.join(", ", Words.of(plain));
    }
    return switch (plain.getSimpleName()) {
      case "String" -> "text";
      case "boolean", "Boolean" -> "true or false";
      case "int", "long", "Integer", "Long" -> "whole number";
      case "Duration" -> "duration";
      case "Instant" -> "day or moment";
      case "Beginning" -> "day or moment of a beginning";
      case "Pattern" -> "regular expression";
      case "ImagePattern" -> "image pattern";
      case "TagPattern" -> "tag pattern";
      case "Digest" -> "digest";
      case "Quantity" -> "quantity";
      case "Platform" -> "platform";
      case "CvssScore" -> "number from 0.0 to 10.0";
      case "ScanFrom" -> "harbor, report, attestation";
      case "AttestationType" -> "type of attestation";
      case "Quorum" -> "name of a signer, or all, any or of with a list of such";
      case "KeyFile" -> "name of a file";
      case "VerificationKey" -> "public key in PEM";
      default -> "fields";
    };
  }
}
