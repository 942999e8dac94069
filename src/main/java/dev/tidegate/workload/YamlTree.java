package dev.tidegate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns a YAML document into the JSON that kubectl would send (sigs.k8s.io/yaml, which follows YAML
 * 1.1 as go-yaml v2 reads it): {@code yes}, {@code on} and {@code y} are true, times stay text,
 * {@code 1:30} is text, {@code 1e3} is 1000. Nothing is ever constructed but text, numbers, lists
 * and objects.
 */
final class YamlTree {
  /** Nodes of one document after aliases are written out: 50 aliases can name very many. */
  private static final int NODES = 500_000;

  private static final int DEEPEST = 100;

  private static final Set<String> TRUE = Set.of("y", "yes", "true", "on");
  private static final Set<String> FALSE = Set.of("n", "no", "false", "off");
  // "yEs" is text, "yes", "Yes" and "YES" are not; "TRUE" likewise. SnakeYAML's resolver has said
  // so
  // for all words but these two letters.
  private static final Set<String> SHORT = Set.of("y", "Y", "n", "N");
  private static final double EXACT = 1L << 53;

  private final Map<JsonNode, Integer> lines;
  private int nodes;

  private YamlTree(Map<JsonNode, Integer> lines) {
    this.lines = lines;
  }

  /** A document's tree, and the line, from 0, at which each of its objects starts. */
  record Tree(JsonNode root, Map<JsonNode, Integer> lines) {}

  static Tree of(Node root) throws BadDocument, Misfit {
    IdentityHashMap<JsonNode, Integer> lines = new IdentityHashMap<>();
    return new Tree(new YamlTree(lines).convert(root, 0), lines);
  }

  private JsonNode convert(Node node, int depth) throws BadDocument, Misfit {
    if (++nodes > NODES) {
      throw BadDocument.tooLarge(
          "", "has more than " + NODES + " values with its aliases written out; split it");
    }
    // Also ends an alias that names what it lies in.
    if (depth > DEEPEST) {
      throw BadDocument.tooLarge("", "is nested deeper than " + DEEPEST + " levels");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Node element : sequence.getValue()) {
          list.add(convert(element, depth + 1));
        }
        yield list;
      }
      case MappingNode mapping -> object(mapping, depth);
      default -> throw at(node, "has a node that is neither text nor list nor object");
    };
  }

  private ObjectNode object(MappingNode mapping, int depth) throws BadDocument, Misfit {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        continue;
      }
      String key = key(entry.getKeyNode());
      JsonNode value = convert(entry.getValueNode(), depth + 1);
      if (object.putIfAbsent(key, value) != null) {
        throw at(entry.getKeyNode(), "has the key \"" + key + "\" twice");
      }
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        merge(object, entry.getValueNode(), depth);
      }
    }
    lines.put(object, line(mapping));
    return object;
  }

  /** The merge key {@code <<}: what the object says itself comes first, then the earlier source. */
  private void merge(ObjectNode into, Node from, int depth) throws BadDocument, Misfit {
    List<Node> sources = from instanceof SequenceNode several ? several.getValue() : List.of(from);
    for (Node source : sources) {
      if (!(source instanceof MappingNode mapping)) {
        throw at(source, "merges (<<) something that is not an object");
      }
      if (depth >= DEEPEST) {
        throw BadDocument.tooLarge("", "is nested deeper than " + DEEPEST + " levels");
      }
      for (Map.Entry<String, JsonNode> field : object(mapping, depth + 1).properties()) {
        into.putIfAbsent(field.getKey(), field.getValue());
      }
    }
  }

  private static String key(Node node) throws Misfit {
    if (!(node instanceof ScalarNode scalar)) {
      throw at(node, "has a key that is not text");
    }
    JsonNode key = scalar(scalar);
    return key.isNull() ? "null" : key.asText();
  }

  private static JsonNode scalar(ScalarNode node) throws Misfit {
    JsonNodeFactory make = JsonNodeFactory.instance;
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR)) {
      return isShortFlag(node) ? flag(node) : make.textNode(text);
    }
    if (tag.equals(Tag.TIMESTAMP) || tag.equals(new Tag(Tag.PREFIX + "value"))) {
      return make.textNode(text);
    }
    if (tag.equals(Tag.NULL)) {
      return make.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return flag(node);
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      // Numbers to the base of 60 are text for go-yaml.
      return text.indexOf(':') >= 0 ? make.textNode(text) : number(node);
    }
    throw at(node, "has the tag \"" + tag.getValue() + "\", which Kubernetes objects cannot have");
  }

  private static boolean isShortFlag(ScalarNode node) {
    return node.getScalarStyle() == ScalarStyle.PLAIN && SHORT.contains(node.getValue());
  }

  private static JsonNode flag(ScalarNode node) throws Misfit {
    String word = node.getValue().toLowerCase(Locale.ROOT);
    if (TRUE.contains(word) || FALSE.contains(word)) {
      return JsonNodeFactory.instance.booleanNode(TRUE.contains(word));
    }
    throw at(node, "has \"" + node.getValue() + "\" tagged as true or false");
  }

  private static JsonNode number(ScalarNode node) throws Misfit {
    String text = node.getValue().replace("_", "");
    if (text.length() > 100) {
      throw at(node, "has a number of more than 100 digits");
    }
    try {
      return node.getTag().equals(Tag.INT) ? whole(text) : fraction(text);
    } catch (NumberFormatException e) {
      throw at(node, "has the number \"" + text + "\", which JSON cannot hold");
    }
  }

  private static JsonNode whole(String text) {
    boolean minus = text.startsWith("-");
    String digits = minus || text.startsWith("+") ? text.substring(1) : text;
    BigInteger value;
    if (digits.startsWith("0x")) {
      value = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      value = new BigInteger(digits.substring(2), 2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      value = new BigInteger(digits.substring(1), 8);
    } else {
      value = new BigInteger(digits);
    }
    value = minus ? value.negate() : value;
    return value.bitLength() < Long.SIZE
        ? JsonNodeFactory.instance.numberNode(value.longValue())
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static JsonNode fraction(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException(text);
    }
    // As Go writes it: 1e3 is sent as 1000.
    return value == Math.rint(value) && Math.abs(value) < EXACT
        ? JsonNodeFactory.instance.numberNode((long) value)
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static Misfit at(Node node, String problem) {
    return new Misfit(line(node), problem);
  }

  /** A value that Kubernetes objects cannot have. */
  static final class Misfit extends Exception {
    private static final long serialVersionUID = 1;
    private final int line;

    Misfit(int line, String problem) {
      super(problem);
      this.line = line;
    }

    /** Its line, from 0. */
    int line() {
      return line;
    }
  }

  private static int line(Node node) {
    Mark mark = node.getStartMark();
    return mark == null ? 0 : mark.getLine();
  }
}
