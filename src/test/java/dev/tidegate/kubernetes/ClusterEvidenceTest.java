package dev.tidegate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.IsolationNow;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.testkit.Errands;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterEvidenceTest {
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
  private static final String SHOP_POLICIES =
      "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies";
  private static final String CALICO = "/apis/crd.projectcalico.org/v1";

  private final FakeApiServer server = new FakeApiServer();
  private final KubernetesClient client = server.client();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong skipped = new AtomicLong();
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final ClusterEvidence cluster =
      new ClusterEvidence(
          client,
          InstantSource.system(),
          () -> System.nanoTime() + skipped.get(),
          threads,
          (what, failure) -> troubles.add(what));

  @AfterEach
  void close() {
    cluster.close();
    client.close();
    server.close();
    threads.shutdownNow();
  }

  private static String namespace(String name, String labels) {
    return """
    {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s","resourceVersion":"3","labels":%s}}\
    """
        .formatted(name, labels);
  }

  private static String policy(String namespace, String name, String version) {
    return """
    {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":
    {"name":"%s","namespace":"%s","resourceVersion":"%s"},"spec":{"podSelector":{}}}\
    """
        .formatted(name, namespace, version)
        .replace("\n", "");
  }

  private void started() {
    cluster.start();
    await().until(cluster::synced);
  }

  @SuppressWarnings("unchecked")
  private <T> @Nullable Evidence<T> peek(EvidenceKey<T> key) {
    for (LiveEvidence<?, ?> live : cluster.live()) {
      if (live.serves().equals(key.getClass())) {
        return ((LiveEvidence<EvidenceKey<T>, T>) live).peek(key);
      }
    }
    throw new AssertionError("nothing serves " + key);
  }

  @SuppressWarnings("unchecked")
  private <T> Evidence<T> obtain(EvidenceKey.Fetched<T> key, Duration within)
      throws InterruptedException {
    for (EvidenceSource<?, ?> source : cluster.sources()) {
      if (source.serves().equals(key.getClass())) {
        return ((EvidenceSource<EvidenceKey.Fetched<T>, T>) source)
            .obtain(key, Errands.until(Deadline.in(within, System::nanoTime)));
      }
    }
    throw new AssertionError("nothing serves " + key);
  }

  private static <T> T present(@Nullable Evidence<T> evidence) {
    assertThat(evidence).isInstanceOf(Evidence.Present.class);
    return ((Evidence.Present<T>) Objects.requireNonNull(evidence)).value();
  }

  private static Cause unavailable(@Nullable Evidence<?> evidence) {
    assertThat(evidence).isInstanceOf(Evidence.Unavailable.class);
    return ((Evidence.Unavailable<?>) Objects.requireNonNull(evidence)).doubt().cause();
  }

  private NetworkPolicies shop() {
    return present(peek(new Isolation("shop")));
  }

  private List<String> names() {
    return shop().policies().stream().map(NetworkPolicy::name).toList();
  }

  @Test
  void answersFromMemoryWhatWasListedAndWatched() {
    server.list(NAMESPACES, namespace("shop", "{\"team\":\"a\"}"));
    server.list(POLICIES, policy("shop", "b", "5"), policy("bank", "c", "6"));
    started();

    assertThat(present(peek(new NamespaceLabels("shop")))).isEqualTo(Map.of("team", "a"));
    assertThat(names()).containsExactly("b");
    assertThat(present(peek(new Isolation("none")))).isEqualTo(NetworkPolicies.NONE);

    await().until(() -> server.watching(POLICIES) == 1);
    server.event(POLICIES, "ADDED", policy("shop", "a", "11"));
    await().untilAsserted(() -> assertThat(names()).containsExactly("a", "b"));
    server.event(POLICIES, "DELETED", policy("shop", "b", "12"));
    await().untilAsserted(() -> assertThat(names()).containsExactly("a"));
    assertThat(troubles).isEmpty();
  }

  @Test
  void aNamespaceThatWasNotHeardOfIsAskedFor() throws InterruptedException {
    started();
    assertThat(peek(new NamespaceLabels("new"))).isNull();
    server.reply(NAMESPACES + "/new", 200, namespace("new", "{\"x\":\"y\"}"));
    assertThat(present(obtain(new NamespaceLabels("new"), Duration.ofSeconds(5))))
        .isEqualTo(Map.of("x", "y"));
    assertThat(obtain(new NamespaceLabels("gone"), Duration.ofSeconds(5)))
        .isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void aNameThatNoNamespaceCanHaveIsNotPutIntoAPath() throws InterruptedException {
    started();
    int before = server.asked.size();
    assertThat(obtain(new NamespaceLabels("../secrets"), Duration.ofSeconds(5)))
        .isInstanceOf(Evidence.Absent.class);
    assertThat(present(obtain(new IsolationNow("a/b"), Duration.ofSeconds(5))))
        .isEqualTo(NetworkPolicies.NONE);
    assertThat(server.asked).hasSize(before);
  }

  @Test
  void T08_beforeTheFirstListIsThereNothingIsSaid() {
    server.reply(POLICIES, 500, "{}");
    cluster.start();
    await().until(() -> troubles.contains("networkpolicies.networking.k8s.io"));
    assertThat(cluster.synced()).isFalse();
    assertThat(unavailable(peek(new Isolation("shop")))).isEqualTo(Cause.NOT_SYNCED);

    server.list(POLICIES, policy("shop", "late", "5"));
    await().until(cluster::synced);
    assertThat(names()).containsExactly("late");
  }

  @ParameterizedTest
  @CsvSource({
    "401,UNAUTHENTICATED",
    "403,FORBIDDEN",
    "429,THROTTLED",
    "500,SERVER_ERROR",
    "503,SERVER_ERROR"
  })
  void T08_anErrorOfTheApiServerIsNeverAnAbsence(int code, Cause cause)
      throws InterruptedException {
    started();
    server.reply(SHOP_POLICIES, code, "{}");
    server.reply(NAMESPACES + "/shop", code, "{}");
    assertThat(unavailable(obtain(new IsolationNow("shop"), Duration.ofSeconds(5))))
        .isEqualTo(cause);
    assertThat(unavailable(obtain(new NamespaceLabels("shop"), Duration.ofSeconds(5))))
        .isEqualTo(cause);
  }

  @Test
  void T08_garbageIsNeverAnAbsence() throws InterruptedException {
    started();
    server.reply(SHOP_POLICIES, 200, "no json");
    assertThat(unavailable(obtain(new IsolationNow("shop"), Duration.ofSeconds(5))))
        .isEqualTo(Cause.SERVER_ERROR);
  }

  @Test
  void T08_silenceIsTheDeadlineAndALostServerIsUnreachable() throws InterruptedException {
    started();
    server.reply(SHOP_POLICIES, 0, "");
    assertThat(unavailable(obtain(new IsolationNow("shop"), Duration.ofMillis(300))))
        .isEqualTo(Cause.DEADLINE);
    server.close();
    assertThat(unavailable(obtain(new NamespaceLabels("shop"), Duration.ofSeconds(5))))
        .isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void T08_whatWasHeardOfLongAgoIsNotAnswered() {
    server.list(NAMESPACES, namespace("shop", "{}"));
    server.list(POLICIES, policy("shop", "a", "5"));
    started();
    assertThat(names()).containsExactly("a");
    skipped.addAndGet(ClusterEvidence.STALE.plusSeconds(1).toNanos());
    assertThat(unavailable(peek(new Isolation("shop")))).isEqualTo(Cause.NOT_SYNCED);
    assertThat(peek(new NamespaceLabels("shop"))).isNull();
    assertThat(cluster.synced()).as("readiness is not taken away").isTrue();
  }

  @Test
  void readsAnewAndFollowsPages() throws InterruptedException {
    started();
    server.reply(
        SHOP_POLICIES, 200, "{\"metadata\":{},\"items\":[" + policy("shop", "fresh", "9") + "]}");
    assertThat(present(obtain(new IsolationNow("shop"), Duration.ofSeconds(5))).policies())
        .extracting(NetworkPolicy::name)
        .containsExactly("fresh");
    assertThat(server.asked).anyMatch(ask -> ask.startsWith(SHOP_POLICIES + "?limit="));
  }

  @Test
  void aServedKindWithoutObjectsLeavesTheAnswerComplete() throws InterruptedException {
    server.serve("crd.projectcalico.org", "v1", "networkpolicies", "globalnetworkpolicies");
    server.list(CALICO + "/networkpolicies");
    server.list(CALICO + "/globalnetworkpolicies");
    server.list(CALICO + "/namespaces/shop/networkpolicies");
    server.list(SHOP_POLICIES);
    started();
    assertThat(shop()).isEqualTo(NetworkPolicies.NONE);
    assertThat(present(obtain(new IsolationNow("shop"), Duration.ofSeconds(5))))
        .isEqualTo(NetworkPolicies.NONE);
  }

  @Test
  void policiesOfAPluginAreNamedForTheirNamespaceOrForAll() {
    server.serve("crd.projectcalico.org", "v1", "networkpolicies", "globalnetworkpolicies");
    server.list(CALICO + "/networkpolicies", policy("shop", "default.a", "3"));
    server.list(
        CALICO + "/globalnetworkpolicies",
        "{\"metadata\":{\"name\":\"all\",\"resourceVersion\":\"3\"}}");
    started();
    assertThat(shop().unread())
        .containsExactly("Calico NetworkPolicy default.a", "Calico GlobalNetworkPolicy all");
    assertThat(present(peek(new Isolation("bank"))).unread())
        .containsExactly("Calico GlobalNetworkPolicy all");
  }

  @Test
  void aPolicyOfAPluginThatTheInformerHasNotHeardOfIsFoundBeforeADenial()
      throws InterruptedException {
    server.serve("cilium.io", "v2", "ciliumnetworkpolicies");
    server.list("/apis/cilium.io/v2/ciliumnetworkpolicies");
    server.list(SHOP_POLICIES);
    started();
    assertThat(shop()).isEqualTo(NetworkPolicies.NONE);
    server.list(
        "/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies", policy("shop", "new", "20"));
    assertThat(present(obtain(new IsolationNow("shop"), Duration.ofSeconds(5))).unread())
        .containsExactly("CiliumNetworkPolicy new");
  }

  @Test
  void T08_aKindThatMayNotBeReadIsNeverNoPolicies() {
    server.serve("cilium.io", "v2", "ciliumnetworkpolicies");
    server.reply("/apis/cilium.io/v2/ciliumnetworkpolicies", 403, "{}");
    started();
    assertThat(shop().unread()).containsExactly("CiliumNetworkPolicy (the gate may not read them)");
  }

  @Test
  void T08_aFailedLookAtTheKindsIsNeverNoPolicies() {
    server.reply("/apis/cilium.io", 503, "{}");
    started();
    assertThat(shop().unread())
        .containsExactly(
            "CiliumNetworkPolicy (whether the cluster has them could not be found out)",
            "CiliumClusterwideNetworkPolicy (whether the cluster has them could not be found out)");
  }

  @Test
  void aPolicyThatIsNotUnderstoodIsNamedAndTheOthersAreRead() {
    server.list(
        POLICIES,
        policy("shop", "odd", "5")
            .replace("\"podSelector\":{}", "\"podSelector\":{},\"policyTypes\":[\"Sideways\"]"),
        policy("shop", "plain", "6"));
    started();
    assertThat(names()).containsExactly("plain");
    assertThat(shop().unread()).singleElement().asString().startsWith("NetworkPolicy odd (");
  }
}
