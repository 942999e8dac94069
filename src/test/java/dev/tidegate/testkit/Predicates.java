package dev.tidegate.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What attestations say, in the layouts of those who make them. */
public final class Predicates {
  public static final String SLSA_02 = "https://slsa.dev/provenance/v0.2";
  public static final String SLSA_1 = "https://slsa.dev/provenance/v1";
  public static final String SPDX = "https://spdx.dev/Document";
  public static final String CYCLONEDX = "https://cyclonedx.org/bom";
  public static final String VULN = "https://cosign.sigstore.dev/attestation/vuln/v1";

  private static final String COMMIT = "c0ffee".repeat(6) + "c0ff";

  private Predicates() {}

  /** SLSA 1 as GitHub's {@code actions/attest-build-provenance} writes it. */
  public static Map<String, Object> github(String repository, String ref, String builder) {
    return slsa1(
        "https://actions.github.io/buildtypes/workflow/v1",
        Map.of(
            "workflow",
            Map.of("ref", ref, "repository", repository, "path", ".github/workflows/release.yml")),
        List.of(
            Map.of("uri", "git+" + repository + "@" + ref, "digest", Map.of("gitCommit", COMMIT))),
        builder);
  }

  /** SLSA 1 as GitLab writes it. */
  public static Map<String, Object> gitlab(String project, String builder) {
    return slsa1(
        "https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1",
        Map.of(
            "source",
            project,
            "entryPoint",
            "build",
            "variables",
            Map.of("CI_COMMIT_BRANCH", "main")),
        List.of(Map.of("uri", project, "digest", Map.of("gitCommit", COMMIT))),
        builder);
  }

  /** SLSA 1. */
  public static Map<String, Object> slsa1(
      String buildType, Object parameters, List<?> dependencies, String builder) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("buildType", buildType);
    definition.put("externalParameters", parameters);
    definition.put("resolvedDependencies", dependencies);
    Map<String, Object> predicate = new LinkedHashMap<>();
    predicate.put("buildDefinition", definition);
    predicate.put("runDetails", Map.of("builder", Map.of("id", builder)));
    return predicate;
  }

  /** SLSA 0.2 as SLSA's GitHub generator writes it; {@code uri} may be {@code null}. */
  public static Map<String, Object> slsa02(
      @Nullable String uri, List<String> materials, String builder) {
    Map<String, Object> predicate = new LinkedHashMap<>();
    predicate.put("builder", Map.of("id", builder));
    predicate.put(
        "buildType", "https://github.com/slsa-framework/slsa-github-generator/container@v1");
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("uri", uri);
    source.put("digest", Map.of("sha1", COMMIT));
    predicate.put("invocation", Map.of("configSource", source));
    predicate.put(
        "materials",
        materials.stream()
            .map(one -> Map.of("uri", one, "digest", Map.of("sha1", COMMIT)))
            .toList());
    return predicate;
  }

  /** A vulnerability predicate around {@code result}, which may be {@code null}. */
  public static Map<String, Object> vuln(@Nullable String finished, @Nullable Object result) {
    Map<String, Object> scanner = new LinkedHashMap<>();
    scanner.put("uri", "pkg:github/aquasecurity/trivy@v0.72.0");
    scanner.put("version", "0.72.0");
    scanner.put("db", Map.of("uri", "", "version", ""));
    scanner.put("result", result);
    Map<String, Object> predicate = new LinkedHashMap<>();
    predicate.put("invocation", Map.of("uri", "", "event_id", "", "builder.id", ""));
    predicate.put("scanner", scanner);
    if (finished != null) {
      predicate.put("metadata", Map.of("scanStartedOn", finished, "scanFinishedOn", finished));
    }
    return predicate;
  }

  /** A Trivy report with one vulnerability per severity given. */
  public static Map<String, Object> trivy(String created, String... severities) {
    List<Map<String, String>> found =
        java.util.stream.IntStream.range(0, severities.length)
            .mapToObj(i ->
                Map.of(
                    "VulnerabilityID", "CVE-2026-100" + i,
                    "PkgName", "libssl3",
                    "InstalledVersion", "3.0.15",
                    "FixedVersion", "3.0.17",
                    "Severity", severities[i],
                    "Status", "fixed"))
            .toList();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("Target", "app (debian 12.12)");
    result.put("Class", "os-pkgs");
    result.put("Type", "debian");
    if (!found.isEmpty()) {
      result.put("Vulnerabilities", found);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("SchemaVersion", 2);
    report.put("CreatedAt", created);
    report.put("ArtifactName", "app");
    report.put("ArtifactType", "container_image");
    report.put("Results", List.of(result));
    return report;
  }
}
