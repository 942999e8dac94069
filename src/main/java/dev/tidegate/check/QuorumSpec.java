package dev.tidegate.check;

import dev.tidegate.document.Binder;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.document.Nodes;
import dev.tidegate.model.BadValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A group of a {@link Quorum} as a policy writes it: exactly one of {@code all}, {@code any} and
 * {@code of}.
 *
 * @param all of these
 * @param any one of these
 * @param of some of these
 * @param atLeast so many of {@code of}
 */
public record QuorumSpec(
    @Field("All of these must have signed: names of signers, or groups again.") List<Quorum> all,
    @Field("At least one of these must have signed.") List<Quorum> any,
    @Field("At least atLeast of these must have signed.") List<Quorum> of,
    @Field("How many of those under of.") Optional<Integer> atLeast) {
  public QuorumSpec {
    all = List.copyOf(all);
    any = List.copyOf(any);
    of = List.copyOf(of);
    if (Stream.of(all, any, of).filter(parts -> !parts.isEmpty()).count() != 1) {
      throw new BadValue(
          "does not say who is needed",
          "give exactly one of all, any and of, with at least one entry");
    }
    if (atLeast.isPresent() == of.isEmpty()) {
      throw new InvalidField(
          "atLeast",
          of.isEmpty() ? "is there without of" : "is missing beside of",
          of.isEmpty() ? "write of: instead of all: or any:" : "say how many of them");
    }
  }

  private Quorum quorum() {
    if (!all.isEmpty()) {
      return new Quorum.Several(all.size(), all);
    }
    return any.isEmpty()
        ? new Quorum.Several(atLeast.orElseThrow(), of)
        : new Quorum.Several(1, any);
  }

  /** Reads a {@link Quorum}: a name, or a group. */
  public static @Nullable Object read(Node node, String path, Binder binder) {
    if (node instanceof ScalarNode) {
      String name = Nodes.text(node);
      if (name == null || name.isBlank()) {
        binder.error(node, path, "is no name of a signer", "write a name from signers");
        return null;
      }
      return new Quorum.Named(name);
    }
    QuorumSpec spec = binder.bind(node, path, QuorumSpec.class);
    if (spec == null) {
      return null;
    }
    try {
      return spec.quorum();
    } catch (InvalidField invalid) {
      binder.error(
          Nodes.at(node, invalid.field()),
          Binder.below(path, invalid.field()),
          String.valueOf(invalid.getMessage()),
          invalid.fix());
      return null;
    } catch (BadValue bad) {
      binder.error(node, path, bad.problem(), bad.fix());
      return null;
    }
  }
}
