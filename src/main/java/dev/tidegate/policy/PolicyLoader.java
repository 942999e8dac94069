package dev.tidegate.policy;

import dev.tidegate.check.CheckRegistry;
import dev.tidegate.document.JsonText;
import dev.tidegate.document.Problems;
import dev.tidegate.document.YamlText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** Reads policy documents: all of them or, with any error among them, none. */
public final class PolicyLoader {
  /** Most documents of a directory. */
  static final int MOST_DOCUMENTS = 500;

  private final CheckRegistry checks;
  private final InstantSource clock;
  private final Duration longestExemption;
  private final TrustRootReader trustRoots;

  /**
   * A loader for policies about {@code checks}.
   *
   * @param clock tells which exemptions have ended
   * @param longestExemption how far ahead of now an exemption may end at most
   * @param trustRoots reads the trusted roots that policies name
   */
  public PolicyLoader(
      CheckRegistry checks,
      InstantSource clock,
      Duration longestExemption,
      TrustRootReader trustRoots) {
    this.checks = Objects.requireNonNull(checks);
    this.clock = Objects.requireNonNull(clock);
    this.longestExemption = Objects.requireNonNull(longestExemption);
    this.trustRoots = Objects.requireNonNull(trustRoots);
  }

  /**
   * Reads a directory (its {@code *.yaml}, {@code *.yml} and {@code *.json} files, not those below
   * it) or a single file. A mounted ConfigMap is read as of one moment.
   */
  public Loaded load(Path where) {
    return load(PolicyDirectory.read(where), where.toString());
  }

  /** Reads {@code files}, for instance those that come with the program. */
  public Loaded load(List<PolicyFile> files) {
    return read(files, new Problems(), "the given files");
  }

  /** Reads what {@code directory} found. */
  Loaded load(PolicyDirectory directory, String where) {
    Problems problems = new Problems();
    directory.report(problems);
    return read(directory.files(), problems, where);
  }

  private Loaded read(List<PolicyFile> files, Problems problems, String where) {
    Draft draft =
        new Draft(
            checks, new Materials(files, trustRoots), clock.instant(), longestExemption, problems);
    int documents = 0;
    for (PolicyFile file : files) {
      if (!Materials.isDocument(file)) {
        continue;
      }
      String text = file.text();
      if (file.name().toLowerCase(Locale.ROOT).endsWith(".json")) {
        text = JsonText.asYaml(text);
      }
      List<Node> nodes =
          YamlText.documents(
              text,
              MOST_DOCUMENTS - documents,
              (line, what) ->
                  problems.error(
                      file.name(),
                      line,
                      "",
                      "is not readable YAML: " + what,
                      "correct the syntax"));
      documents += nodes.size();
      if (documents > MOST_DOCUMENTS) {
        problems.error(
            file.name(),
            0,
            "",
            "with this file there are more than " + MOST_DOCUMENTS + " documents",
            "merge or remove some");
        break;
      }
      nodes.forEach(node -> draft.add(file.name(), node));
    }
    draft.checkTogether();
    if (!problems.refused()) {
      nothing(draft, documents, where, problems);
    }
    return new Loaded(
        problems.refused() ? Optional.empty() : Optional.of(draft.finish(fingerprint(files))),
        problems.all());
  }

  private static void nothing(Draft draft, int documents, String where, Problems problems) {
    if (documents == 0) {
      problems.error(
          "",
          0,
          "",
          "there are no policy documents in " + where,
          "add a GatePolicy in a file *.yaml, *.yml or *.json");
    } else if (draft.judgesNothing()) {
      problems.error(
          "",
          0,
          "",
          "there are only exemptions in " + where + ", and nothing to exempt from",
          "add a GatePolicy in a file *.yaml, *.yml or *.json");
    }
  }

  /** The first 12 hexadecimal digits of SHA-256 over names and texts, each with its length. */
  static String fingerprint(List<PolicyFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (PolicyFile file : files) {
        for (String part : List.of(file.name(), file.text())) {
          byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
          digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
          digest.update(bytes);
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
