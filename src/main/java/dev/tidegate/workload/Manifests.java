package dev.tidegate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads manifest files as kubectl does: YAML or JSON, several documents, lists flattened. */
public final class Manifests {
  private static final int LONGEST = 10 * 1024 * 1024;
  private static final int MOST_OBJECTS = 10_000;
  private static final int MOST_NODES = 1_000_000;
  private static final int DEEPEST = 100;
  private static final Set<String> LISTS = Set.of("List");

  private final List<Manifest> objects = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** The objects read so far, in their order. */
  public List<Manifest> objects() {
    return List.copyOf(objects);
  }

  /** What could not be read, each with file, line and remedy. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Reads one file's text; what is wrong with it is added to the problems, and the rest is read all
   * the same.
   */
  public void read(String file, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(50);
    options.setNestingDepthLimit(100);
    options.setCodePointLimit(LONGEST);
    try {
      Plain constructor = new Plain(options);
      Yaml yaml =
          new Yaml(
              constructor,
              new Representer(new DumperOptions()),
              new DumperOptions(),
              options,
              new Literal());
      for (Node node : yaml.composeAll(new StringReader(text))) {
        add(file, node.getStartMark().getLine() + 1, new Expansion().of(constructor.of(node), 0));
      }
    } catch (MarkedYAMLException bad) {
      int line = bad.getProblemMark() == null ? 1 : bad.getProblemMark().getLine() + 1;
      problems.add(
          new Manifest(file, line, Json.MAPPER.nullNode()).where()
              + ": is not valid YAML: "
              + bad.getProblem());
    } catch (YAMLException | IllegalArgumentException bad) {
      problems.add(
          new Manifest(file, 1, Json.MAPPER.nullNode()).where()
              + ": cannot be read: "
              + bad.getMessage());
    }
  }

  private void add(String file, int line, JsonNode object) {
    if (object.isNull() || object.isMissingNode()) {
      return; // an empty document, as between two separators
    }
    Manifest manifest = new Manifest(file, line, object);
    if (!object.isObject()
        || manifest.kind().isEmpty()
        || object.path("apiVersion").asText("").isEmpty()) {
      problems.add(
          manifest.where()
              + ": is not a Kubernetes object; every document needs apiVersion and kind");
      return;
    }
    if (LISTS.contains(manifest.kind())
        || (manifest.kind().endsWith("List") && object.path("items").isArray())) {
      object.path("items").forEach(item -> add(file, line, item));
      return;
    }
    if (objects.size() == MOST_OBJECTS) {
      problems.add(
          manifest.where() + ": more than " + MOST_OBJECTS + " objects; check them in parts");
      return;
    }
    objects.add(manifest);
  }

  /** Labels of the namespaces among the objects. */
  public Map<String, Map<String, String>> namespaces() {
    Map<String, Map<String, String>> namespaces = new LinkedHashMap<>();
    for (Manifest manifest : objects) {
      if (manifest.kind().equals("Namespace") && manifest.group().isEmpty()) {
        Map<String, String> labels = new HashMap<>();
        manifest
            .object()
            .path("metadata")
            .path("labels")
            .properties()
            .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
        // The API server adds this one to every namespace.
        labels.put("kubernetes.io/metadata.name", manifest.name());
        namespaces.put(manifest.name(), Map.copyOf(labels));
      }
    }
    return namespaces;
  }

  /** Constructs plain maps, lists and scalars from nodes. */
  private static final class Plain extends SafeConstructor {
    Plain(LoaderOptions options) {
      super(options);
    }

    Object of(Node node) {
      return constructDocument(node);
    }
  }

  /** YAML 1.1 as kubectl reads it, but for timestamps, which JSON does not have: they stay text. */
  private static final class Literal extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern form, String first, int limit) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, form, first, limit);
      }
    }
  }

  /**
   * Turns what YAML said into JSON; aliases multiply and may even contain themselves, so depth and
   * size are bounded.
   */
  private static final class Expansion {
    private int nodes;

    JsonNode of(@Nullable Object value, int depth) {
      if (++nodes > MOST_NODES || depth > DEEPEST) {
        throw new IllegalArgumentException(
            "it grows beyond "
                + MOST_NODES
                + " values or "
                + DEEPEST
                + " levels; write its aliases out");
      }
      return switch (value) {
        case Map<?, ?> map -> {
          ObjectNode object = Json.MAPPER.createObjectNode();
          map.forEach((key, inner) -> object.set(String.valueOf(key), of(inner, depth + 1)));
          yield object;
        }
        case List<?> list -> {
          ArrayNode array = Json.MAPPER.createArrayNode();
          list.forEach(inner -> array.add(of(inner, depth + 1)));
          yield array;
        }
        case null, default -> Json.MAPPER.valueToTree(value);
      };
    }
  }
}
