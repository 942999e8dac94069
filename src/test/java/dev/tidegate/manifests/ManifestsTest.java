package dev.tidegate.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.check.Checks;
import dev.tidegate.check.NonRoot;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.kubernetes.ClusterKind;
import dev.tidegate.kubernetes.Replicas;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.Loaded;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Kinds;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.WorkloadReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ManifestsTest {
  private static final Path ROOT =
      Path.of(System.getProperty("tidegate.basedir", "")).toAbsolutePath();
  private static final Path BASE = ROOT.resolve("manifests/base");

  private static List<Manifest> objects(Path under) throws IOException {
    Manifests manifests = new Manifests();
    try (Stream<Path> files = Files.walk(under)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        manifests.read(under.relativize(file).toString(), Files.readString(file));
      }
    }
    assertThat(manifests.problems()).isEmpty();
    return manifests.objects();
  }

  private static JsonNode object(String kind) throws IOException {
    List<JsonNode> found =
        objects(BASE).stream()
            .filter(manifest -> manifest.kind().equals(kind))
            .map(Manifest::object)
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(entry -> texts.add(entry.asText()));
    return texts;
  }

  @Test
  void everyFileIsReadable() throws IOException {
    assertThat(objects(ROOT.resolve("manifests"))).hasSizeGreaterThan(10);
  }

  @Test
  void theRoleGrantsWhatTheCodeReadsAndNothingElse() throws IOException {
    Map<String, Set<String>> granted = new TreeMap<>();
    for (JsonNode rule : object("ClusterRole").path("rules")) {
      assertThat(rule.has("nonResourceURLs")).isFalse();
      for (String group : texts(rule.path("apiGroups"))) {
        for (String resource : texts(rule.path("resources"))) {
          granted
              .computeIfAbsent(group + "/" + resource, none -> new TreeSet<>())
              .addAll(texts(rule.path("verbs")));
        }
      }
    }
    Map<String, Set<String>> used = new TreeMap<>();
    for (ClusterKind kind : ClusterKind.ALL) {
      used.put(kind.group() + "/" + kind.plural(), new TreeSet<>(kind.verbs()));
    }
    assertThat(granted).isEqualTo(used);
  }

  @Test
  void inItsOwnNamespaceTheGateReadsItsReplicasAndNothingElse() throws IOException {
    JsonNode rules = object("Role").path("rules");
    assertThat(rules).hasSize(1);
    assertThat(texts(rules.get(0).path("apiGroups"))).containsExactly(Replicas.GROUP);
    assertThat(texts(rules.get(0).path("resources"))).containsExactly(Replicas.PLURAL);
    assertThat(texts(rules.get(0).path("verbs")))
        .containsExactlyInAnyOrderElementsOf(Replicas.VERBS);
    JsonNode binding = object("RoleBinding");
    assertThat(binding.path("roleRef").path("name"))
        .isEqualTo(object("Role").path("metadata").path("name"));
    assertThat(binding.path("subjects")).hasSize(1);
    assertThat(binding.path("subjects").get(0).path("namespace").asText())
        .isEqualTo("tidegate-system");
  }

  @Test
  void ourOwnPodSatisfiesPodSecurityRestricted() throws IOException, BadDocument {
    JsonNode deployment = object("Deployment");
    assertThat(WorkloadReader.read(deployment))
        .isInstanceOfSatisfying(
            WorkloadReader.Read.Workload.class,
            read -> {
              Subject subject =
                  WorkloadReader.subject(
                      read,
                      "tidegate-system",
                      "tidegate",
                      Operation.CREATE,
                      new Requester("admin", List.of()),
                      Optional.empty());
              assertThat(
                      new NonRoot()
                          .evaluate(
                              subject, new NonRoot.Parameters(false, false), new NothingKnown()))
                  .isInstanceOf(Outcome.Pass.class);
            });
    JsonNode spec = deployment.path("spec").path("template").path("spec");
    assertThat(spec.path("securityContext").path("seccompProfile").path("type").asText())
        .isEqualTo("RuntimeDefault");
    assertThat(spec.has("hostNetwork") || spec.has("hostPID") || spec.has("hostIPC")).isFalse();
    for (JsonNode container : spec.path("containers")) {
      JsonNode security = container.path("securityContext");
      assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(security.path("readOnlyRootFilesystem").asBoolean(false)).isTrue();
      assertThat(texts(security.path("capabilities").path("drop"))).containsExactly("ALL");
      assertThat(container.path("resources").path("limits").has("memory")).isTrue();
    }
    for (JsonNode volume : spec.path("volumes")) {
      assertThat(Set.of("secret", "configMap", "emptyDir")).as("%s", volume).anyMatch(volume::has);
    }
  }

  /** T34: nothing is excluded by what an author of pods or an editor of a namespace may write. */
  @Test
  void T34_namespacesAreExcludedByNameOnlyAndOursIsRestricted() throws IOException {
    JsonNode validating = object("ValidatingWebhookConfiguration");
    for (JsonNode configuration : List.of(validating, object("MutatingWebhookConfiguration"))) {
      for (JsonNode webhook : configuration.path("webhooks")) {
        assertThat(webhook.has("objectSelector")).isFalse();
        assertThat(webhook.has("matchConditions")).isFalse();
        for (JsonNode condition : webhook.path("namespaceSelector").path("matchExpressions")) {
          assertThat(condition.path("key").asText()).isEqualTo("kubernetes.io/metadata.name");
          assertThat(condition.path("operator").asText()).isEqualTo("NotIn");
          assertThat(texts(condition.path("values"))).contains("kube-system", "tidegate-system");
        }
        assertThat(webhook.path("namespaceSelector").has("matchLabels")).isFalse();
      }
    }
    assertThat(object("Namespace").path("metadata").path("labels"))
        .anySatisfy(level -> assertThat(level.asText()).isEqualTo("restricted"));
    assertThat(
            object("Namespace")
                .path("metadata")
                .path("labels")
                .path("pod-security.kubernetes.io/enforce")
                .asText())
        .isEqualTo("restricted");
  }

  @Test
  void excludedNamespacesAreWrittenOnceAndCopied() throws IOException {
    JsonNode validating = object("ValidatingWebhookConfiguration").path("webhooks");
    assertThat(validating.get(0).has("namespaceSelector")).isTrue();
    assertThat(validating.get(1).has("namespaceSelector")).isFalse();
    assertThat(
            object("MutatingWebhookConfiguration").path("webhooks").get(0).has("namespaceSelector"))
        .isFalse();
    JsonNode kustomization = object("Kustomization").path("replacements").get(0);
    String podEntry = validating.get(0).path("name").asText();
    assertThat(kustomization.path("source").path("fieldPath").asText())
        .isEqualTo("webhooks.[name=" + podEntry + "].namespaceSelector");
    Set<String> targets = new HashSet<>();
    for (JsonNode target : kustomization.path("targets")) {
      for (String path : texts(target.path("fieldPaths"))) {
        targets.add(target.path("select").path("kind").asText() + " " + path);
      }
    }
    assertThat(targets)
        .containsExactlyInAnyOrder(
            "ValidatingWebhookConfiguration webhooks.[name="
                + validating.get(1).path("name").asText()
                + "].namespaceSelector",
            "MutatingWebhookConfiguration webhooks.[name=" + podEntry + "].namespaceSelector");
  }

  /** Every way to a pod is covered: T25. */
  @Test
  void T25_everyJudgedKindAndEverySubresourceThatChangesPodsIsAskedAbout() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (JsonNode webhook : object("ValidatingWebhookConfiguration").path("webhooks")) {
      assertThat(webhook.path("timeoutSeconds").asInt()).isEqualTo(5);
      assertThat(webhook.path("sideEffects").asText()).isEqualTo("NoneOnDryRun");
      assertThat(webhook.path("matchPolicy").asText()).isEqualTo("Equivalent");
      for (JsonNode rule : webhook.path("rules")) {
        assertThat(texts(rule.path("operations"))).containsExactly("CREATE", "UPDATE");
        asked.addAll(texts(rule.path("resources")));
      }
    }
    Set<String> wanted = new TreeSet<>(Set.of("pods/ephemeralcontainers", "pods/resize"));
    Kinds.names().forEach(kind -> wanted.add(kind.toLowerCase(Locale.ROOT) + "s"));
    assertThat(asked).isEqualTo(wanted);
    JsonNode pods = object("ValidatingWebhookConfiguration").path("webhooks").get(0);
    assertThat(pods.path("failurePolicy").asText()).isEqualTo("Fail");
    assertThat(
            object("MutatingWebhookConfiguration")
                .path("webhooks")
                .get(0)
                .path("reinvocationPolicy")
                .asText())
        .isEqualTo("IfNeeded");
  }

  @Test
  void theShippedPolicyJudgesEverythingAndRefusesNothing() throws IOException {
    String text = Files.readString(BASE.resolve("policies/default.yaml"));
    assertThat(text)
        .as("the file that the program holds and the one that is installed")
        .isEqualTo(Files.readString(ROOT.resolve("src/main/resources/policies/default.yaml")));
    Loaded loaded =
        new PolicyLoader(Checks.all(), InstantSource.system(), Duration.ofDays(366), TrustRoot::new)
            .load(List.of(new PolicyFile("default.yaml", text)));
    assertThat(loaded.problems()).isEmpty();
    List<GatePolicy> policies = loaded.set().orElseThrow().policies();
    assertThat(policies).singleElement().extracting(GatePolicy::mode).isEqualTo(Mode.AUDIT);
    assertThat(policies.getFirst().checks().stream().map(Configured::id))
        .containsExactlyInAnyOrderElementsOf(
            Checks.all().all().stream()
                .map(check -> check.descriptor().id())
                // Who signs, attests and scans, and where, nobody knows but who installs it.
                .filter(
                    id -> !Set.of("imageSignature", "imageAttestation", "imageScan").contains(id))
                .toList());
  }

  @Test
  void whatTheGateIsToldToReadIsMounted() throws IOException {
    JsonNode container =
        object("Deployment").path("spec").path("template").path("spec").path("containers").get(0);
    List<String> mounted = new ArrayList<>();
    container.path("volumeMounts").forEach(mount -> mounted.add(mount.path("mountPath").asText()));
    int paths = 0;
    for (JsonNode variable : container.path("env")) {
      String value = variable.path("value").asText();
      if (value.startsWith("/")) {
        paths++;
        assertThat(mounted).anyMatch(mount -> value.equals(mount) || value.startsWith(mount + "/"));
      }
    }
    assertThat(paths).isGreaterThanOrEqualTo(4);
  }

  private static JsonNode steps(JsonNode patch) {
    Object steps =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(patch.path("patch").asText());
    return Json.MAPPER.valueToTree(steps);
  }

  @Test
  void whatAnOverlayTellsTheGateToReadTheOverlayMounts() throws IOException {
    int paths = 0;
    for (String overlay : List.of("mtls", "store")) {
      Set<String> mounted = new TreeSet<>();
      Set<String> volumes = new TreeSet<>();
      Set<String> named = new TreeSet<>();
      List<String> values = new ArrayList<>();
      for (Manifest kustomization : objects(ROOT.resolve("manifests/overlays").resolve(overlay))) {
        for (JsonNode patch : kustomization.object().path("patches")) {
          for (JsonNode step : steps(patch)) {
            JsonNode value = step.path("value");
            switch (step.path("path").asText().replaceFirst(".*/([a-zA-Z]+)/-$", "$1")) {
              case "volumes" -> volumes.add(value.path("name").asText());
              case "volumeMounts" -> {
                named.add(value.path("name").asText());
                mounted.add(value.path("mountPath").asText());
              }
              case "env" -> values.add(value.path("value").asText());
              default -> throw new AssertionError(step);
            }
          }
        }
      }
      assertThat(named).isEqualTo(volumes);
      for (String value : values.stream().filter(value -> value.startsWith("/")).toList()) {
        paths++;
        assertThat(mounted).as(value).anyMatch(mount -> value.startsWith(mount + "/"));
      }
    }
    assertThat(paths).isEqualTo(3);
  }

  /** T34: authors of objects write what the overlay looks at, so it may spare only what advises. */
  @Test
  void T34_theOverlayWithConditionsTouchesOnlyTheEntryThatAdvises() throws IOException {
    List<JsonNode> steps = new ArrayList<>();
    for (Manifest kustomization : objects(ROOT.resolve("manifests/overlays/match-conditions"))) {
      for (JsonNode patch : kustomization.object().path("patches")) {
        assertThat(patch.at("/target/kind").asText()).isEqualTo("ValidatingWebhookConfiguration");
        steps(patch).forEach(steps::add);
      }
    }
    assertThat(steps)
        .singleElement()
        .extracting(step -> step.path("path").asText())
        .isEqualTo("/webhooks/1/matchConditions");
    JsonNode entry = object("ValidatingWebhookConfiguration").path("webhooks").get(1);
    assertThat(entry.path("name").asText()).isEqualTo("controllers.tidegate.dev");
    for (JsonNode rule : entry.path("rules")) {
      assertThat(texts(rule.path("resources"))).noneMatch(name -> name.matches("pods(/.*)?"));
    }
  }

  /** For a check that needs no facts. */
  private static final class NothingKnown implements Facts {
    @Override
    public <T> Evidence<T> get(EvidenceKey<T> key) {
      throw new AssertionError("asked for " + key);
    }

    @Override
    public <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age) {
      return get(key);
    }

    @Override
    public Duration tagAge() {
      return Duration.ZERO;
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }
  }
}
