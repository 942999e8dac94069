package dev.tidegate.policy;

import dev.tidegate.check.KeyFile;
import dev.tidegate.document.Binder;
import dev.tidegate.document.Field;
import dev.tidegate.document.Material;
import dev.tidegate.document.Nodes;
import dev.tidegate.document.Words;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * The files of a policy directory that are no documents but belong to them: public keys and trusted
 * roots. They are read at the same moment as the documents, and are part of the set's fingerprint.
 */
final class Materials {
  private static final String TRUSTED_ROOT = "\"application/vnd.dev.sigstore.trustedroot+json";

  private final Map<String, Material> byName = new LinkedHashMap<>();
  private final TrustRootReader trustRoots;

  Materials(List<PolicyFile> files, TrustRootReader trustRoots) {
    this.trustRoots = trustRoots;
    for (PolicyFile file : files) {
      if (!isDocument(file)) {
        byName.put(
            file.name(),
            new Material(file.name(), Bytes.copyOf(file.text().getBytes(StandardCharsets.UTF_8))));
      }
    }
  }

  /** Whether {@code name} is that of a file which documents may name. */
  static boolean isMaterial(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".pub") || lower.endsWith(".pem") || lower.endsWith(".crt");
  }

  /** Whether {@code file} holds policy documents; a trusted root is JSON, but none. */
  static boolean isDocument(PolicyFile file) {
    return !isMaterial(file.name())
        && !(file.name().toLowerCase(Locale.ROOT).endsWith(".json")
            && file.text().contains(TRUSTED_ROOT));
  }

  /** How the types that name files are read. */
  Map<Class<?>, Binder.Special> readers() {
    return Map.of(
        KeyFile.class, this::key,
        TrustRoot.class, this::trustRoot);
  }

  private @Nullable Object key(Node node, String path, Binder binder) {
    Material file = named(node, path, binder);
    if (file == null) {
      return null;
    }
    try {
      return KeyFile.of(file);
    } catch (BadValue bad) {
      binder.error(node, path, bad.problem(), bad.fix());
      return null;
    }
  }

  /** The shape of a trusted root in a document. */
  record TrustRootSpec(
      @Field("Name of a file in the policy directory with the trusted root in JSON.")
          String file) {}

  private @Nullable Object trustRoot(Node node, String path, Binder binder) {
    TrustRootSpec spec = binder.bind(node, path, TrustRootSpec.class);
    Node name = Nodes.child(node, "file");
    Material file =
        spec == null || name == null ? null : named(name, Binder.below(path, "file"), binder);
    if (file == null) {
      return null;
    }
    try {
      return trustRoots.read(file.content());
    } catch (BadValue bad) {
      binder.error(node, path, "in " + file.file() + ": " + bad.problem(), bad.fix());
      return null;
    }
  }

  private @Nullable Material named(Node node, String path, Binder binder) {
    String name = Nodes.text(node);
    if (name == null || name.isBlank()) {
      binder.error(node, path, "is not the name of a file", "write the file's name");
      return null;
    }
    Material file = byName.get(name);
    if (file == null) {
      binder.error(
          node,
          path,
          "there is no file " + PlainText.quote(name) + " beside the policies",
          byName.isEmpty()
              ? "put it into the policy directory: a public key as NAME.pub or NAME.pem, a trusted"
                  + " root as NAME.json"
              : Words.choose(name, byName.keySet()));
    }
    return file;
  }
}
