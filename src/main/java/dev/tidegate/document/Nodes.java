package dev.tidegate.document;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Looks at composed YAML. */
public final class Nodes {
  private Nodes() {}

  /** The line on which {@code node} starts, counted from 1. */
  public static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** Whether nothing stands there: {@code field:}, {@code ~} or {@code null} without quotes. */
  public static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && switch (scalar.getValue()) {
          case "", "~", "null" -> true;
          default -> false;
        };
  }

  /** The text of {@code node}; {@code null} if it is a list or mapping. */
  public static @Nullable String text(@Nullable Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : null;
  }

  /** The value of {@code key} in {@code node}; {@code null} if there is none. */
  public static @Nullable Node child(Node node, String key) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (key.equals(text(tuple.getKeyNode()))) {
          return tuple.getValueNode();
        }
      }
    }
    return null;
  }

  /**
   * The node at {@code path} below {@code root}, or the deepest one on the way to it that exists:
   * its line is the best place to look at. Keys may contain dots.
   */
  public static Node at(Node root, String path) {
    if (root instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key = text(tuple.getKeyNode());
        if (key != null
            && (path.equals(key) || path.startsWith(key + ".") || path.startsWith(key + "["))) {
          return at(tuple.getValueNode(), rest(path, key.length()));
        }
      }
    }
    int end = path.indexOf(']');
    if (root instanceof SequenceNode list && path.startsWith("[") && end > 1) {
      String digits = path.substring(1, end);
      if (digits.length() < 6 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        int index = Integer.parseInt(digits);
        if (index < list.getValue().size()) {
          return at(list.getValue().get(index), rest(path, end + 1));
        }
      }
    }
    return root;
  }

  private static String rest(String path, int from) {
    String rest = path.substring(from);
    return rest.startsWith(".") ? rest.substring(1) : rest;
  }
}
