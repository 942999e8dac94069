package dev.tidegate.policy;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidegate.check.Checks;
import dev.tidegate.document.Problem;
import dev.tidegate.sigstore.TrustRoots;
import dev.tidegate.testkit.FuzzTarget;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Fuzzes policy documents. */
public final class PolicyFuzz {
  private static final PolicyLoader LOADER =
      new PolicyLoader(
          Checks.all(),
          InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
          Duration.ofDays(90),
          TrustRoots::read);

  private PolicyFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    List<byte[]> seeds =
        Stream.of(
                "policy/good/all.yaml",
                "demo/policies/baseline.yaml",
                "demo/policies/signed-images.yaml",
                "cli/enforce/policies.yaml",
                "policy/errors/exemptions.yaml",
                "policy/errors/bad-values.yaml",
                "policy/errors/merge-key.yaml",
                "policy/errors/tags.yaml")
            .map(FuzzTarget::resource)
            .toList();
    return List.of(
        FuzzTarget.of("policy", seeds, data -> policy("p.yaml", data)),
        FuzzTarget.of("policy-json", data -> policy("p.json", data)));
  }

  private static void policy(String name, byte[] data) {
    List<PolicyFile> files = List.of(new PolicyFile(name, new String(data, UTF_8)));
    Loaded loaded = LOADER.load(files);
    boolean errors =
        loaded.problems().stream().anyMatch(one -> one.severity() == Problem.Severity.ERROR);
    must(loaded.set().isPresent() != errors, "both judged and refused, or neither");
    for (Problem problem : loaded.problems()) {
      must(
          problem.toString().chars().noneMatch(c -> Character.isISOControl(c) && c != '\n'),
          "control characters in " + problem);
    }
    same(loaded.problems(), LOADER.load(files).problems(), "read again");
  }
}
