package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Operation;
import dev.tidegate.model.Owner;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import dev.tidegate.workload.WorkloadReader.Read;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubjectTest {
  private static final Requester JANE = new Requester("jane", List.of("developers"));
  private static final Requester KUBELET =
      new Requester("system:node:n1", List.of("system:nodes", "system:authenticated"));
  private static final String MIRROR = "\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}";

  @ParameterizedTest
  @CsvSource({
    "ReplicaSet, web-7d4f9, pod-template-hash, 7d4f9, Deployment web",
    "ReplicaSet, web-7d4f9, rollouts-pod-template-hash, 7d4f9, Rollout web",
    "ReplicaSet, web-7d4f9, pod-template-hash, other, ReplicaSet web-7d4f9",
    "ReplicaSet, web-7d4f9, pod-template-hash, '', ReplicaSet web-7d4f9",
    "ReplicaSet, -7d4f9, pod-template-hash, 7d4f9, ReplicaSet -7d4f9",
    "ReplicaSet, web-7d4f9, app, web, ReplicaSet web-7d4f9",
    "StatefulSet, db, pod-template-hash, db, StatefulSet db",
    "Job, nightly-28, app, x, Job nightly-28"
  })
  void theOwnerIsTheWorkloadThatPeopleKnow(
      String kind, String name, String label, String value, String owner) throws BadDocument {
    Subject subject =
        create(
            """
            "generateName":"%s-","labels":{"%s":"%s"},"ownerReferences":[
              {"kind":"Other","name":"no"},null,
              {"apiVersion":"apps/v1","kind":"%s","name":"%s","controller":true}]\
            """
                .formatted(name, label, value, kind, name),
            JANE);
    assertThat(subject.owner().map(Owner::toString)).contains(owner);
    assertThat(subject.object().name()).isEqualTo(name + "-*");
  }

  @Test
  void anOwnerThatDoesNotControlIsNone() throws BadDocument {
    assertThat(
            create(
                    "\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"a\"},"
                        + "{\"kind\":\"ReplicaSet\",\"name\":\"b\",\"controller\":false}]",
                    JANE)
                .owner())
        .isEmpty();
  }

  @Test
  void theNamespaceIsTheRequestsAndNotTheObjects() throws BadDocument {
    assertThat(create("\"name\":\"web\",\"namespace\":\"kube-system\"", JANE).namespace())
        .isEqualTo("shop");
  }

  @Test
  void T9_onlyAKubeletCreatesMirrorPods() throws BadDocument {
    assertThat(create(MIRROR, KUBELET).mirror()).isTrue();
    assertThat(create(MIRROR, JANE).mirror()).isFalse();
    assertThat(create("\"name\":\"web\"", KUBELET).mirror()).isFalse();
    assertThat(
            WorkloadReader.subject(
                    read(MIRROR), "shop", "", Operation.UPDATE, KUBELET, Optional.empty())
                .mirror())
        .isFalse();
  }

  @Test
  void withoutAnOldObjectEverythingIsJudged() throws BadDocument {
    Read.Workload read = read("\"name\":\"web\"");
    Subject unknown =
        WorkloadReader.subject(read, "shop", "web", Operation.UPDATE, JANE, Optional.empty());
    assertThat(unknown.changed(List.of())).isTrue();
    Subject same =
        WorkloadReader.subject(read, "shop", "web", Operation.UPDATE, JANE, Optional.of(read));
    assertThat(same.before()).contains(read.pod());
    assertThat(same.changed(List.of(dev.tidegate.model.Input.IMAGES))).isFalse();
  }

  @Test
  void theRequestsNameIsTheOneThatTheApiServerMade() throws BadDocument {
    Read.Workload read = read("\"generateName\":\"web-\"");
    assertThat(
            WorkloadReader.subject(read, "shop", "web-1", Operation.CREATE, JANE, Optional.empty())
                .object()
                .toString())
        .isEqualTo("Pod shop/web-1");
  }

  private static Subject create(String metadata, Requester requester) throws BadDocument {
    return WorkloadReader.subject(
        read(metadata), "shop", "", Operation.CREATE, requester, Optional.empty());
  }

  private static Read.Workload read(String metadata) throws BadDocument {
    String json =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{%s},
         "spec":{"containers":[{"name":"app","image":"a:1"}]}}\
        """
            .formatted(metadata);
    return (Read.Workload) WorkloadReader.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
