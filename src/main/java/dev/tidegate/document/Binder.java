package dev.tidegate.document;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Nodes to records, by the records' components and their {@link Field}. Finds every problem of a
 * document, not only the first: what cannot be read is {@code null} here, and its problem is
 * collected.
 */
public final class Binder {
  /** Most entries of one list, set or mapping. */
  public static final int MOST_ENTRIES = 1000;

  /** Most nodes of one document, references counted as often as they are followed. */
  public static final int MOST_NODES = 20_000;

  private static final Set<Tag> KNOWN_TAGS = Set.of(Tag.STR, Tag.SEQ, Tag.MAP);

  /** Reads a type that is not a plain record. */
  @FunctionalInterface
  public interface Special {
    @Nullable Object bind(Node node, String path, Binder binder);
  }

  private final String file;
  private final Problems problems;
  private final Map<Class<?>, Special> specials;
  private int nodes;
  private int depth;

  /**
   * A binder for one document.
   *
   * @param specials how types are read that are not records of fields
   */
  public Binder(String file, Problems problems, Map<Class<?>, Special> specials) {
    this.file = file;
    this.problems = problems;
    this.specials = specials;
  }

  /** Collects a problem at {@code node}. */
  public void error(Node node, String path, String problem, String fix) {
    problems.error(file, Nodes.line(node), path, problem, fix);
  }

  /** {@code node} as a {@code type}; {@code null} if there were problems. */
  public <R extends Record> @Nullable R bind(Node node, String path, Class<R> type) {
    List<Record> bound = bindTogether(node, path, List.of(type));
    return bound == null ? null : type.cast(bound.getFirst());
  }

  /**
   * One mapping as several records, each with its own fields; {@code null} if there were problems.
   */
  public @Nullable List<Record> bindTogether(
      Node node, String path, List<? extends Class<? extends Record>> types) {
    Set<String> known = new LinkedHashSet<>();
    for (Class<? extends Record> type : types) {
      Stream.of(type.getRecordComponents()).map(RecordComponent::getName).forEach(known::add);
    }
    Map<String, Node> fields = fields(node, path, known);
    if (fields == null) {
      return null;
    }
    List<Record> records = new ArrayList<>();
    for (Class<? extends Record> type : types) {
      Record made = record(node, path, type, fields);
      if (made != null) {
        records.add(made);
      }
    }
    return records.size() == types.size() ? records : null;
  }

  private @Nullable Record record(
      Node node, String path, Class<? extends Record> type, Map<String, Node> fields) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Object value = component(node, path, components[i], fields.get(components[i].getName()));
      if (value == null) {
        complete = false;
      } else {
        values[i] = value;
      }
    }
    return complete ? construct(node, path, type, types, values) : null;
  }

  private @Nullable Record construct(
      Node node, String path, Class<? extends Record> type, Class<?>[] types, Object[] values) {
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof InvalidField invalid) {
        error(
            Nodes.at(node, invalid.field()),
            below(path, invalid.field()),
            String.valueOf(invalid.getMessage()),
            invalid.fix());
        return null;
      }
      if (thrown.getCause() instanceof BadValue bad) {
        error(node, path, bad.problem(), bad.fix());
        return null;
      }
      if (thrown.getCause() instanceof IllegalArgumentException invalid) {
        error(node, path, String.valueOf(invalid.getMessage()), "");
        return null;
      }
      throw new IllegalStateException("cannot make a " + type.getName(), thrown);
    } catch (ReflectiveOperationException defect) {
      throw new IllegalStateException("cannot make a " + type.getName(), defect);
    }
  }

  private @Nullable Object component(
      Node parent, String path, RecordComponent component, @Nullable Node node) {
    Field field = component.getAnnotation(Field.class);
    if (field == null) {
      throw new IllegalStateException(component + " has no @Field");
    }
    String here = below(path, component.getName());
    if (node != null) {
      Object value = value(node, component.getGenericType(), here);
      if (field.nonEmpty() && value != null && isEmpty(value)) {
        error(node, here, "is empty", "give it at least one entry");
        return null;
      }
      return value;
    }
    if (!field.fallback().isEmpty()) {
      return fallback(component, field.fallback());
    }
    Class<?> type = component.getType();
    if (!field.nonEmpty()) {
      if (type == Optional.class) {
        return Optional.empty();
      } else if (type == List.class) {
        return List.of();
      } else if (type == Set.class) {
        return Set.of();
      } else if (type == Map.class) {
        return Map.of();
      }
    }
    error(parent, here, "is missing", "add it: " + hint(field.value()));
    return null;
  }

  /** The first sentence of a description, which is enough of a hint. */
  private static String hint(String description) {
    int end = description.indexOf(". ");
    return end < 0 ? description : description.substring(0, end);
  }

  private Object fallback(RecordComponent component, String text) {
    Problems own = new Problems();
    List<Node> nodes =
        YamlText.documents(text, 1, (line, what) -> own.error("", line, "", what, ""));
    Object value =
        nodes.size() == 1
            ? new Binder("", own, specials)
                .value(nodes.getFirst(), component.getGenericType(), component.getName())
            : null;
    if (value == null) {
      throw new IllegalStateException(component + " has a fallback of another type: " + own.all());
    }
    return value;
  }

  private static boolean isEmpty(Object value) {
    return switch (value) {
      case Collection<?> entries -> entries.isEmpty();
      case Map<?, ?> entries -> entries.isEmpty();
      default -> false;
    };
  }

  private @Nullable Object value(Node node, Type type, String path) {
    if (!counted(node, path)) {
      return null;
    }
    // What is composed is not deep, but it may refer to what it is in.
    if (++depth > YamlText.DEEPEST) {
      error(node, path, "is nested too deep", "nest at most " + YamlText.DEEPEST + " values");
      depth--;
      return null;
    }
    try {
      return whole(node, type, path);
    } finally {
      depth--;
    }
  }

  private @Nullable Object whole(Node node, Type type, String path) {
    if (tagged(node, path)) {
      return null;
    }
    if (Nodes.isNull(node)) {
      error(node, path, "has no value", "give it one, or remove the field");
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      return container(node, generic, path);
    }
    Class<?> plain = (Class<?>) type;
    Special special = specials.get(plain);
    if (special != null) {
      return special.bind(node, path, this);
    }
    if (Scalars.reads(plain)) {
      return scalar(node, plain, path);
    }
    return bind(node, path, plain.asSubclass(Record.class));
  }

  private boolean tagged(Node node, String path) {
    if (KNOWN_TAGS.contains(node.getTag())) {
      return false;
    }
    error(
        node,
        path,
        "has the tag " + PlainText.of(node.getTag().getValue(), 80),
        "remove the tag; what a value is says its field");
    return true;
  }

  private boolean counted(Node node, String path) {
    if (++nodes == MOST_NODES) {
      error(
          node,
          path,
          "the document has more than " + MOST_NODES + " values",
          "split it into several documents");
    }
    return nodes < MOST_NODES;
  }

  private @Nullable Object scalar(Node node, Class<?> type, String path) {
    if (!(node instanceof ScalarNode scalar)) {
      error(
          node,
          path,
          "is a " + (node instanceof SequenceNode ? "list" : "mapping"),
          "write a single value");
      return null;
    }
    try {
      return Scalars.read(scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, type);
    } catch (Scalars.Unreadable unreadable) {
      error(node, path, unreadable.problem(), unreadable.fix());
      return null;
    }
  }

  private @Nullable Object container(Node node, ParameterizedType type, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      Object value = value(node, arguments[0], path);
      return value == null ? null : Optional.of(value);
    }
    if (type.getRawType() == Map.class) {
      return map(node, arguments[1], path);
    }
    List<Object> entries = list(node, arguments[0], path);
    if (entries == null || type.getRawType() == List.class) {
      return entries;
    }
    if (type.getRawType() == Set.class) {
      return set(node, entries, path);
    }
    throw new IllegalStateException("no field can be a " + type);
  }

  private @Nullable List<Object> list(Node node, Type of, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      error(
          node, path, "is not a list", "write a list: one entry per line after \"- \", or [a, b]");
      return null;
    }
    if (tooMany(node, sequence.getValue().size(), path)) {
      return null;
    }
    List<Object> entries = new ArrayList<>();
    boolean complete = true;
    for (int i = 0; i < sequence.getValue().size(); i++) {
      Object entry = value(sequence.getValue().get(i), of, path + "[" + i + "]");
      if (entry == null) {
        complete = false;
      } else {
        entries.add(entry);
      }
    }
    return complete ? entries : null;
  }

  private @Nullable Set<Object> set(Node node, List<Object> entries, String path) {
    Set<Object> distinct = new LinkedHashSet<>();
    boolean complete = true;
    for (int i = 0; i < entries.size(); i++) {
      if (!distinct.add(entries.get(i))) {
        complete = false;
        String here = path + "[" + i + "]";
        error(Nodes.at(node, "[" + i + "]"), here, "is listed twice", "remove one of the two");
      }
    }
    return complete ? distinct : null;
  }

  private @Nullable Map<String, Object> map(Node node, Type of, String path) {
    Map<String, Node> fields = fields(node, path, null);
    if (fields == null) {
      return null;
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    for (Map.Entry<String, Node> field : fields.entrySet()) {
      Object entry = value(field.getValue(), of, below(path, field.getKey()));
      if (entry != null) {
        entries.put(field.getKey(), entry);
      }
    }
    return entries.size() == fields.size() ? entries : null;
  }

  /**
   * The fields of a mapping by name, less those that are unknown and, of those that are there
   * twice, the second; {@code null} if it is no mapping.
   *
   * @param known names of fields; {@code null}: any
   */
  public @Nullable Map<String, Node> fields(Node node, String path, @Nullable Set<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      error(
          node,
          path,
          "is not a mapping",
          known == null || known.isEmpty()
              ? "write {} or fields with values"
              : "write fields with values: " + String.join(", ", known));
      return null;
    }
    if (tagged(node, path) || tooMany(node, mapping.getValue().size(), path)) {
      return null;
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      String name = Nodes.text(key);
      if (name == null || name.isBlank() || !key.getTag().equals(Tag.STR)) {
        error(key, path, "has a field whose name is not text", "write plain names");
      } else if (known != null && !known.contains(name)) {
        unknown(key, below(path, PlainText.of(name, 80)), name, known);
      } else if (fields.putIfAbsent(name, tuple.getValueNode()) != null) {
        error(key, below(path, name), "is there twice", "remove one of the two");
      }
    }
    return fields;
  }

  private void unknown(Node key, String path, String name, Set<String> known) {
    if (known.isEmpty()) {
      error(key, path, "is not a field", "remove it; there are no fields here");
    } else {
      error(key, path, "is not a field", Words.choose(name, known));
    }
  }

  private boolean tooMany(Node node, int entries, String path) {
    if (entries > MOST_ENTRIES) {
      error(node, path, "has more than " + MOST_ENTRIES + " entries", "split it");
      return true;
    }
    return false;
  }

  /** The path of {@code field} below {@code path}. */
  public static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
