package dev.tidegate.document;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML text to nodes, within bounds. No object is ever made from a tag, and no plain scalar is
 * guessed to be a number, a date or a boolean: what it is says the field that it stands in.
 */
public final class YamlText {
  /** Longest text, in characters. */
  public static final int LONGEST = 1 << 20;

  /** Deepest nesting; the deepest policy field is at about a third of it. */
  public static final int DEEPEST = 24;

  /** Most references to lists and mappings that stand elsewhere. */
  public static final int MOST_ALIASES = 20;

  private YamlText() {}

  /**
   * The documents of {@code text} without the empty ones, at most {@code most} and one more to show
   * that there are too many. What is wrong with the text goes to {@code trouble} with its line; the
   * documents before it are returned.
   */
  public static List<Node> documents(String text, int most, BiConsumer<Integer, String> trouble) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LONGEST);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setAllowRecursiveKeys(false);
    options.setProcessComments(false);
    // Nodes only carry their tags; the binder complains about each that is not plain.
    options.setTagInspector(tag -> true);
    List<Node> documents = new ArrayList<>();
    try {
      Composer composer =
          new Composer(
              new ParserImpl(new StreamReader(new StringReader(text)), options),
              new AllText(),
              options);
      while (documents.size() <= most && composer.checkNode()) {
        Node node = composer.getNode();
        if (!Nodes.isNull(node)) {
          documents.add(node);
        }
      }
    } catch (MarkedYAMLException broken) {
      int line = broken.getProblemMark() == null ? 0 : broken.getProblemMark().getLine() + 1;
      trouble.accept(line, broken.getProblem() == null ? "cannot be read" : broken.getProblem());
    } catch (YAMLException broken) {
      trouble.accept(0, broken.getMessage() == null ? "cannot be read" : broken.getMessage());
    }
    return documents;
  }

  /** Resolves no plain scalar to anything but text. */
  private static final class AllText extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: see the class.
    }
  }
}
