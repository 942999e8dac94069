package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Container;
import dev.tidegate.model.Role;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.workload.WorkloadReader.Read;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The readers against objects that others wrote. */
final class WorkloadCorpusTest {
  private static final Map<Path, Manifests> READ = new HashMap<>();

  @Nested
  final class ArgoRollouts {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("argo-rollouts");

    /** Argo's own examples of Rollouts that must fail, for a quantity that is none. */
    private static final Set<String> MALFORMED =
        Set.of(
            "e2e/expectedfailures/malformed-rollout.yaml",
            "e2e/expectedfailures/malformed-rollout-ephemeral.yaml");

    @Test
    void rolloutsHaveTheirOwnTemplateOrReferToOne() throws BadDocument {
      for (JsonNode expected : CORPUS.index().get("rollouts")) {
        Manifest rollout = find(CORPUS, expected, "Rollout");
        if (MALFORMED.contains(rollout.file())) {
          assertThat(catchThrowableOfType(BadDocument.class, () -> read(rollout)).field())
              .isEqualTo("spec.template.spec.containers[0].resources.requests.memory");
          CORPUS.ran();
          continue;
        }
        Read read = read(rollout);
        if (expected.get("podTemplate").asText().equals("inline")) {
          assertThat(images((Read.Workload) read))
              .as(rollout.where())
              .containsExactlyInAnyOrderElementsOf(texts(expected.get("images")));
        } else {
          assertThat(read).as(rollout.where()).isInstanceOf(Read.NothingToJudge.class);
        }
        CORPUS.ran();
      }
    }
  }

  @Nested
  final class IstioInjected {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("istio-injected");

    @Test
    void containersAreThoseOfTheIndex() throws BadDocument {
      for (JsonNode expected : CORPUS.index().get("objects")) {
        String kind = expected.get("kind").asText();
        Manifest object = find(CORPUS, "injected", expected, kind);
        Read read = WorkloadReader.read(object.object());
        if (kind.equals("DeploymentConfig")) {
          assertThat(read).isEqualTo(new Read.NotAWorkload(kind));
        } else {
          assertThat(((Read.Workload) read).pod().containers())
              .as(object.where())
              .filteredOn(c -> c.role() != Role.IMAGE_VOLUME && c.role() != Role.EPHEMERAL)
              .extracting(WorkloadCorpusTest::line)
              .containsExactlyElementsOf(lines(expected));
        }
        CORPUS.ran();
      }
    }

    private static List<String> lines(JsonNode expected) {
      List<String> lines = new ArrayList<>();
      for (JsonNode init : expected.get("initContainers")) {
        boolean sidecar = init.path("restartPolicy").asText().equals("Always");
        lines.add(line(sidecar ? Role.SIDECAR : Role.INIT, init));
      }
      for (JsonNode main : expected.get("containers")) {
        lines.add(line(Role.MAIN, main));
      }
      return lines;
    }

    private static String line(Role role, JsonNode container) {
      return role + " " + container.get("name").asText() + " " + container.path("image").asText("");
    }
  }

  @Nested
  final class RealisticManifests {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("realistic-manifests");

    @Test
    void factsAreThoseOfTheInventory() throws BadDocument {
      int workloads = 0;
      int policies = 0;
      for (JsonNode expected : CORPUS.json("inventory.json").get("objects")) {
        String kind = expected.get("kind").asText();
        Manifest object = find(CORPUS, expected, kind);
        if (kind.equals("NetworkPolicy")) {
          assertThat(NetworkPolicyReader.read(object.object()).name())
              .isEqualTo(expected.get("name").asText());
          policies++;
        } else {
          Read.Workload read = (Read.Workload) WorkloadReader.read(object.object());
          List<Container> containers = read.pod().containers();
          assertThat(containers).as(object.where()).hasSize(expected.get("containers").asInt());
          assertThat(images(read))
              .as(object.where())
              .hasSameElementsAs(texts(expected.get("images")));
          assertThat(containers.stream().filter(c -> c.resources().limits().containsKey("memory")))
              .as(object.where())
              .hasSize(expected.get("memoryLimits").asInt());
          workloads++;
        }
        CORPUS.ran();
      }
      assertThat(workloads).isEqualTo(37);
      assertThat(policies).isEqualTo(28);
    }
  }

  @Nested
  final class KubernetesApi {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("kubernetes-api-roundtrip");

    /** Every field is set, mostly to a made-up value. */
    @Test
    void objectsWithEveryFieldSetAreRead() throws BadDocument {
      for (JsonNode expected : CORPUS.index().get("objects")) {
        String file = expected.get("file").asText();
        String group = Kinds.group(expected.get("apiVersion").asText());
        String kind = expected.get("kind").asText();
        Read read = WorkloadReader.read(CORPUS.bytes(file));
        assertThat(read).as(file).isEqualTo(WorkloadReader.read(CORPUS.json(file)));
        if (Kinds.judged(group, kind)) {
          assertThat(((Read.Workload) read).pod().containers())
              .as(file)
              .extracting(Container::role)
              .containsExactly(Role.INIT, Role.MAIN, Role.EPHEMERAL, Role.IMAGE_VOLUME);
        } else {
          assertThat(read).as(file).isEqualTo(new Read.NotAWorkload(kind));
        }
        CORPUS.ran();
      }
    }
  }

  @Nested
  final class KubeScore {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("kube-score-networkpolicy");

    @Test
    void workloadsAndPoliciesOfEveryFileAreRead() throws BadDocument {
      for (JsonNode expected : CORPUS.index().get("cases")) {
        Manifests manifests = manifests(CORPUS, expected.get("file").asText());
        List<String> workloads = new ArrayList<>();
        for (Manifest manifest : manifests.objects()) {
          if (manifest.kind().equals("NetworkPolicy")) {
            assertThat(NetworkPolicyReader.read(manifest.object()).directions()).isNotEmpty();
          } else if (WorkloadReader.read(manifest.object()) instanceof Read.Workload read) {
            workloads.add(read.kind() + " " + read.names().shown());
          }
        }
        assertThat(workloads)
            .containsExactlyInAnyOrderElementsOf(
                StreamSupport.stream(expected.get("workloads").spliterator(), false)
                    .map(w -> w.get("kind").asText() + " " + w.get("name").asText())
                    .toList());
        CORPUS.ran();
      }
    }
  }

  @Nested
  final class CniPolicies {
    @RegisterExtension static final Corpus CORPUS = Corpus.named("cni-policies");

    @Test
    void policiesOfOtherKindsAreKnownByName() {
      int found = 0;
      for (String file : CORPUS.files(".yaml")) {
        for (Manifest manifest : manifests(CORPUS, file).objects()) {
          Optional<ForeignPolicy> policy = ForeignPolicy.in(manifest, "default");
          found += policy.isPresent() ? 1 : 0;
          assertThat(policy.isPresent())
              .as(manifest.where())
              .isEqualTo(
                  manifest.kind().endsWith("NetworkPolicy")
                      && !manifest.group().equals("networking.k8s.io"));
        }
        CORPUS.ran();
      }
      assertThat(found).isGreaterThanOrEqualTo(22);
    }
  }

  private static Read read(Manifest manifest) throws BadDocument {
    return WorkloadReader.read(manifest.object());
  }

  private static Manifest find(Corpus corpus, JsonNode expected, String kind) {
    return find(corpus, "file", expected, kind);
  }

  private static Manifest find(Corpus corpus, String path, JsonNode expected, String kind) {
    String file = expected.get(path).asText();
    return manifests(corpus, file).objects().stream()
        .filter(m -> m.kind().equals(kind) && m.name().equals(expected.get("name").asText()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(file + " has no " + kind));
  }

  private static Manifests manifests(Corpus corpus, String file) {
    return READ.computeIfAbsent(
        corpus.directory().resolve(file),
        path -> {
          Manifests manifests = new Manifests();
          manifests.read(file, corpus.text(file));
          assertThat(manifests.problems()).isEmpty();
          return manifests;
        });
  }

  private static List<String> images(Read.Workload read) {
    return read.pod().containers().stream().map(Container::image).toList();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static String line(Container container) {
    return container.role() + " " + container.name() + " " + container.image();
  }
}
