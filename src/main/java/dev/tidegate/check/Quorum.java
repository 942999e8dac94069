package dev.tidegate.check;

import dev.tidegate.document.InvalidField;
import dev.tidegate.model.BadValue;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which of several signers together are enough: a name, or so many of several parts. Parts may
 * again be of parts, so that "the pipeline, or any two of these three people" can be said.
 */
public sealed interface Quorum {
  /** Most levels of parts in parts. */
  int DEEPEST = 5;

  /** Most names and groups in one quorum. */
  int MOST_PARTS = 200;

  /** The names of signers in it, in their order. */
  Set<String> names();

  /**
   * One signer.
   *
   * @param name of the signer
   */
  record Named(String name) implements Quorum {
    public Named {
      Objects.requireNonNull(name);
    }

    @Override
    public Set<String> names() {
      return Set.of(name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * So many of several. A signer counts for one part only, however many parts name it: where more
   * than one part is needed, no two may name the same.
   *
   * @param atLeast how many, from 1 to the number of parts
   * @param parts of which
   */
  record Several(int atLeast, List<Quorum> parts) implements Quorum {
    public Several {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new BadValue("has no parts", "name the signers");
      }
      if (atLeast < 1 || atLeast > parts.size()) {
        throw new InvalidField(
            "atLeast",
            atLeast + " of " + Words.count(parts.size(), "part", "parts") + " can never be right",
            "write a number from 1 to " + parts.size());
      }
      if (new HashSet<>(parts).size() < parts.size()) {
        throw new BadValue("has a part twice", "remove one of the two");
      }
      Set<String> names = new HashSet<>();
      for (Quorum part : parts) {
        for (String name : part.names()) {
          if (atLeast > 1 && !names.add(name)) {
            throw new BadValue(
                "has " + name + " in two parts, so that one signer could stand for both",
                "name each signer in one part only");
          }
        }
      }
    }

    @Override
    public Set<String> names() {
      Set<String> names = new LinkedHashSet<>();
      parts.forEach(part -> names.addAll(part.names()));
      return names;
    }

    /** {@code a or (b and c)}, {@code 2 of (a, b, c)}. */
    @Override
    public String toString() {
      List<String> words =
          parts.stream()
              .map(
                  part -> part instanceof Named || parts.size() == 1 ? "" + part : "(" + part + ")")
              .toList();
      if (atLeast == parts.size()) {
        return String.join(" and ", words);
      }
      return atLeast == 1
          ? String.join(" or ", words)
          : atLeast + " of (" + String.join(", ", words) + ")";
    }
  }

  /** Any {@code atLeast} of the signers called {@code names}. */
  static Quorum of(int atLeast, List<String> names) {
    return new Several(atLeast, names.stream().<Quorum>map(Named::new).toList());
  }

  /** How many levels of parts in parts there are; a name has none. */
  default int depth() {
    return switch (this) {
      case Named name -> 0;
      case Several several -> 1 + several.parts().stream().mapToInt(Quorum::depth).max().orElse(0);
    };
  }

  /** How many names and groups there are. */
  default int size() {
    return switch (this) {
      case Named name -> 1;
      case Several several -> 1 + several.parts().stream().mapToInt(Quorum::size).sum();
    };
  }
}
