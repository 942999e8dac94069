package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads manifest files as kubectl does: YAML or JSON, several documents, lists flattened. */
public final class Manifests {
  private static final int LONGEST = 10 * 1024 * 1024;
  private static final int MOST_OBJECTS = 10_000;
  private static final int MOST_PROBLEMS = 1000;
  private static final Pattern SEPARATOR = Pattern.compile("---\\s*(#.*)?");
  private static final ObjectReader JSON =
      Json.MAPPER
          .reader()
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

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
   * Reads one file's text; what is wrong with it is added to the problems, and its other documents
   * are read all the same.
   */
  public void read(String file, String text) {
    if (text.length() > LONGEST) {
      problem(file, 1, "is longer than " + LONGEST + " characters; check it in parts");
      return;
    }
    if (text.stripLeading().startsWith("{")) {
      json(file, text);
      return;
    }
    // Split as kubectl does, so that a mistake in one document does not hide the others.
    StringBuilder document = new StringBuilder();
    int start = 0;
    int line = 0;
    for (String next : (Iterable<String>) text.lines()::iterator) {
      line++;
      if (SEPARATOR.matcher(next).matches()) {
        yaml(file, start, document.toString());
        document.setLength(0);
        start = line;
      } else {
        document.append(next).append('\n');
      }
    }
    yaml(file, start, document.toString());
  }

  /** One document that starts after {@code before} lines of the file. */
  private void yaml(String file, int before, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(50);
    options.setNestingDepthLimit(100);
    options.setCodePointLimit(LONGEST);
    try {
      for (Node node : new Yaml(options).composeAll(new StringReader(text))) {
        YamlTree.Tree tree = YamlTree.of(node);
        add(file, tree.root(), of -> before + 1 + tree.lines().getOrDefault(of, 0));
      }
    } catch (YamlTree.Misfit bad) {
      problem(file, before + 1 + bad.line(), String.valueOf(bad.getMessage()));
    } catch (BadDocument bad) {
      problem(file, before + 1, String.valueOf(bad.getMessage()));
    } catch (MarkedYAMLException bad) {
      int line = bad.getProblemMark() == null ? 0 : bad.getProblemMark().getLine();
      problem(file, before + 1 + line, "is not valid YAML: " + bad.getProblem());
    } catch (YAMLException bad) {
      problem(file, before + 1, "cannot be read as YAML: " + bad.getMessage());
    }
  }

  private void json(String file, String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      while (parser.nextToken() != null) {
        int line = parser.currentTokenLocation().getLineNr();
        JsonNode object = JSON.readTree(parser);
        add(file, object, of -> line);
      }
    } catch (StreamConstraintsException bad) {
      problem(file, 1, String.valueOf(Json.bad(bad).getMessage()));
    } catch (JsonProcessingException bad) {
      int line = bad.getLocation() == null ? 1 : bad.getLocation().getLineNr();
      problem(file, line, "is not valid JSON: " + bad.getOriginalMessage());
    } catch (IOException bad) {
      problem(file, 1, "cannot be read as JSON");
    }
  }

  private void add(String file, JsonNode object, ToIntFunction<JsonNode> lines) {
    if (object.isNull()) {
      return; // an empty document, as between two separators
    }
    Manifest manifest = new Manifest(file, lines.applyAsInt(object), object);
    if (!object.isObject()
        || manifest.kind().isEmpty()
        || object.path("apiVersion").asText("").isEmpty()) {
      problem(
          file,
          manifest.line(),
          "is not a Kubernetes object; every document needs apiVersion and kind");
      return;
    }
    JsonNode items = object.path("items");
    if (manifest.kind().equals("List") || (manifest.kind().endsWith("List") && items.isArray())) {
      for (JsonNode item : items) {
        add(file, typed(item, object), lines);
      }
      return;
    }
    if (objects.size() == MOST_OBJECTS) {
      problem(file, manifest.line(), "more than " + MOST_OBJECTS + " objects; check them in parts");
      return;
    }
    objects.add(manifest);
  }

  /** An item of a PodList and the like, which need not say its kind itself. */
  private static JsonNode typed(JsonNode item, JsonNode list) {
    String kind = list.path("kind").asText();
    if (item instanceof ObjectNode object && !object.has("kind") && kind.length() > 4) {
      object.put("kind", kind.substring(0, kind.length() - 4));
      object.set("apiVersion", list.path("apiVersion"));
    }
    return item;
  }

  private void problem(String file, int line, String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(PlainText.of(file, 200) + ":" + line + ": " + PlainText.of(what, 400));
    }
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
}
