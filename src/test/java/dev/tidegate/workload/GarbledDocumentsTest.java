package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.workload.WorkloadReader.Read;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Documents cut off or changed at random places, always the same ones. */
final class GarbledDocumentsTest {
  private static final byte[] POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"},
       "annotations":{"kubernetes.io/config.mirror":"x"},
       "ownerReferences":[{"kind":"ReplicaSet","name":"web-1","controller":true}]},
       "spec":{"hostNetwork":false,"hostUsers":true,"os":{"name":"linux"},
       "securityContext":{"runAsNonRoot":true,"runAsUser":1000},
       "initContainers":[{"name":"i","image":"i:1","restartPolicy":"Always"}],
       "containers":[{"name":"app","image":"a:1","command":["sh"],"args":["-c"],
         "securityContext":{"capabilities":{"add":["CHOWN"]},"privileged":false},
         "resources":{"requests":{"cpu":"500m"},"limits":{"memory":"1Gi","cpu":2}}}],
       "volumes":[{"name":"v","image":{"reference":"m:1"}}],"unknown":[1,2.5,{"a":null}]}}\
      """
          .getBytes(StandardCharsets.UTF_8);
  private static final String POLICY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p}
      spec:
        podSelector: {matchLabels: {app: web}, matchExpressions: [{key: a, operator: In, values: [b]}]}
        policyTypes: [Ingress, Egress]
        ingress:
        - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {podSelector: {}}]
          ports: [{port: 80, endPort: 90}, {port: dns, protocol: UDP}]
        egress: &e [{to: [{namespaceSelector: {}}]}]
        other: *e
      """;

  @Test
  void T24_everyBeginningOfADocumentIsMalformed() {
    for (int length = 0; length < POD.length; length++) {
      assertThat(isRefused(Arrays.copyOf(POD, length))).as("%d bytes", length).isTrue();
    }
    assertThat(isRefused(POD)).isFalse();
  }

  /** Every reading ends in an answer or in the one exception that callers expect. */
  @Test
  void T33_changedBytesNeverEscapeTheReader() {
    Random random = new Random(33);
    byte[] digits = "0123456789{}[]\",:ntf\\e-.\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] changed = POD.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = digits[random.nextInt(digits.length)];
      }
      refused += isRefused(changed) ? 1 : 0;
    }
    assertThat(refused).isBetween(1, 9_999);
  }

  /** The same for every value replaced by one of another type, read from bytes and from a tree. */
  @Test
  void T33_changedManifestsNeverEscapeTheReader() {
    Random random = new Random(24);
    String letters = "{}[],:&*!|>-?'\"%@#~ \n\tyn01<=\u0000";
    int problems = 0;
    int policies = 0;
    for (int i = 0; i < 1_500; i++) {
      StringBuilder changed = new StringBuilder(POLICY);
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed.setCharAt(
            random.nextInt(changed.length()), letters.charAt(random.nextInt(letters.length())));
      }
      Manifests manifests = new Manifests();
      manifests.read("p.yaml", changed.toString());
      problems += manifests.problems().size();
      for (Manifest manifest : manifests.objects()) {
        policies += isPolicy(manifest.object()) ? 1 : 0;
      }
    }
    assertThat(problems).isPositive();
    assertThat(policies).isPositive();
  }

  private static boolean isPolicy(JsonNode object) {
    try {
      return !NetworkPolicyReader.read(object).directions().isEmpty();
    } catch (BadDocument refused) {
      return false;
    }
  }

  private static boolean isRefused(byte[] json) {
    try {
      Read read = WorkloadReader.read(json);
      if (read instanceof Read.Workload workload) {
        assertThat(workload.pod().containers()).isNotEmpty();
      }
      return false;
    } catch (BadDocument refused) {
      assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(700);
      return true;
    }
  }
}
