package dev.tidegate.policy;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.document.Binder;
import dev.tidegate.document.Field;
import dev.tidegate.document.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * The {@code checks} of a policy: each block is the record of that check's parameters together with
 * {@link Common}.
 *
 * @param configured in the order of the registry
 */
record CheckBlocks(List<Configured<?>> configured) {
  CheckBlocks {
    configured = List.copyOf(configured);
  }

  /** The fields that every check's block has. */
  record Common(
      @Field(
              value =
                  "What an enforcing policy does when the check could not be decided because of"
                      + " infrastructure (a host is down, slow or throttling, or the time is up)."
                      + " deny refuses, admit lets through with a warning. What an author of a pod"
                      + " could bring about is refused all the same.",
              fallback = "deny")
          OnUnknown onUnknown) {}

  /** Reads the blocks of checks in {@code registry}. */
  static Binder.Special reader(CheckRegistry registry) {
    return (node, path, binder) -> read(node, path, binder, registry);
  }

  private static @Nullable Object read(
      Node node, String path, Binder binder, CheckRegistry registry) {
    Map<String, Node> blocks = binder.fields(node, path, ids(registry));
    if (blocks == null) {
      return null;
    }
    if (node instanceof MappingNode mapping && mapping.getValue().isEmpty()) {
      binder.error(
          node, path, "names no check", "add at least one of " + String.join(", ", ids(registry)));
      return null;
    }
    List<Configured<?>> configured = new ArrayList<>();
    for (Map.Entry<String, Node> block : blocks.entrySet()) {
      Check<?> check = registry.find(block.getKey()).orElseThrow();
      Configured<?> one = one(block.getValue(), Binder.below(path, block.getKey()), binder, check);
      if (one != null) {
        configured.add(one);
      }
    }
    List<String> order = List.copyOf(ids(registry));
    configured.sort(Comparator.comparingInt(one -> order.indexOf(one.id())));
    return new CheckBlocks(configured);
  }

  private static <P extends Record> @Nullable Configured<P> one(
      Node node, String path, Binder binder, Check<P> check) {
    if (Nodes.isNull(node)) {
      binder.error(
          node,
          path,
          "has no value",
          "write {} for the check without parameters, or remove the field");
      return null;
    }
    List<Record> bound = binder.bindTogether(node, path, List.of(check.parameters(), Common.class));
    return bound == null
        ? null
        : new Configured<>(
            check, check.parameters().cast(bound.get(0)), ((Common) bound.get(1)).onUnknown());
  }

  /** The ids in {@code registry}, in its order. */
  static Set<String> ids(CheckRegistry registry) {
    Set<String> ids = new LinkedHashSet<>();
    registry.all().forEach(check -> ids.add(check.descriptor().id()));
    return ids;
  }
}
