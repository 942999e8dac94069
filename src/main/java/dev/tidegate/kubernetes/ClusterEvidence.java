package dev.tidegate.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Ticker;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster says about namespaces and network policies: followed by informers, and read anew
 * where a denial would rest on something that is not there. Answers from memory never wait; before
 * the first lists are complete, and when the API server has not been heard of for {@link #STALE},
 * they are "not known", never "none".
 */
public final class ClusterEvidence implements AutoCloseable {
  /** How often it is asked which kinds of policies the cluster has. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(30);

  /** Without word from the API server for this long, what was heard of is no longer answered. */
  public static final Duration STALE = Duration.ofMinutes(3);

  private static final Duration LOOK_BUDGET = Duration.ofSeconds(10);
  private static final int MOST_NAMESPACES = 50_000;
  private static final int MOST_POLICIES_IN_NAMESPACE = 2_000;
  private static final int MOST_POLICIES = 200_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InstantSource clock;
  private final Ticker ticker;
  private final Executor executor;
  private final Troubles troubles;
  private final Discovery discovery;
  private final PluginPolicies plugins;
  private final Following<List<Map<String, String>>> namespaces;
  private final Following<NetworkPolicies> policies;
  private final LiveReads reads;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean closed;
  private volatile long heardAt;

  /**
   * @param client how the API server is reached; stays the caller's to close
   * @param clock the time of day, noted on evidence
   * @param executor runs the periodic look at the kinds that are served, which blocks; virtual
   *     threads in production
   * @param troubles told of each list or watch that failed and is tried again
   */
  public ClusterEvidence(
      KubernetesClient client,
      InstantSource clock,
      Ticker ticker,
      Executor executor,
      Troubles troubles) {
    this.clock = clock;
    this.ticker = ticker;
    this.executor = executor;
    this.troubles = troubles;
    ApiServer api = new ApiServer(client);
    this.discovery = new Discovery(api);
    this.plugins = new PluginPolicies(client, api, troubles);
    this.namespaces =
        new Following<>(
            client,
            ClusterKind.NAMESPACES,
            "v1",
            new ObjectTable<>(
                ObjectMeta::getName, ClusterEvidence::labels, List::copyOf, 1, MOST_NAMESPACES),
            troubles);
    this.policies =
        new Following<>(
            client,
            ClusterKind.NETWORK_POLICIES,
            "v1",
            new ObjectTable<>(
                ObjectMeta::getNamespace,
                object -> Listed.of(JSON.valueToTree(object)),
                Listed::together,
                MOST_POLICIES_IN_NAMESPACE,
                MOST_POLICIES),
            troubles);
    this.reads = new LiveReads(api, plugins, clock, MOST_POLICIES_IN_NAMESPACE);
  }

  private static Map<String, String> labels(GenericKubernetesResource namespace) {
    Map<String, String> labels = namespace.getMetadata().getLabels();
    return labels == null ? Map.of() : Map.copyOf(labels);
  }

  /** Begins to follow the cluster; returns at once. */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("started twice");
    }
    heardAt = ticker.read();
    namespaces.start();
    policies.start();
    executor.execute(this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    try {
      Map<ClusterKind, Discovery.Service> services =
          discovery.of(ClusterKind.PLUGIN_POLICIES, Deadline.in(LOOK_BUDGET, ticker));
      if (!services.values().stream().allMatch(Discovery.Service.Unclear.class::isInstance)) {
        heardAt = ticker.read();
      }
      plugins.update(services);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException defect) {
      // The loop goes on: its end would freeze what is known of the cluster.
      troubles.reading("the kinds of network policies", defect);
    }
    CompletableFuture.delayedExecutor(LOOK_EVERY.toSeconds(), TimeUnit.SECONDS, executor)
        .execute(this::look);
  }

  /**
   * Whether the first lists are complete, so that answers from memory are the whole. Once true it
   * stays so: a lost API server makes answers "not known", not the gate unready.
   */
  public boolean synced() {
    return namespaces.isComplete() && policies.isComplete() && plugins.isSettled();
  }

  /** What {@link dev.tidegate.evidence.EvidenceStore} can answer from memory. */
  public List<LiveEvidence<?, ?>> live() {
    return List.of(new LabelsInMemory(), new IsolationInMemory());
  }

  /** What it can ask the API server. */
  public List<EvidenceSource<?, ?>> sources() {
    return List.of(reads.labels(), reads.isolation());
  }

  private boolean isStale() {
    return ticker.read() - heardAt > STALE.toNanos();
  }

  private final class LabelsInMemory implements LiveEvidence<NamespaceLabels, Map<String, String>> {
    @Override
    public Class<NamespaceLabels> serves() {
      return NamespaceLabels.class;
    }

    /** Null also when there is none here: it may have been created a moment ago. */
    @Override
    public @Nullable Evidence<Map<String, String>> peek(NamespaceLabels key) {
      if (!namespaces.isComplete() || isStale()) {
        return null;
      }
      List<Map<String, String>> labels = namespaces.table().in(key.namespace());
      return labels.isEmpty() ? null : new Evidence.Present<>(labels.getFirst(), clock.instant());
    }
  }

  private final class IsolationInMemory implements LiveEvidence<Isolation, NetworkPolicies> {
    @Override
    public Class<Isolation> serves() {
      return Isolation.class;
    }

    @Override
    public Evidence<NetworkPolicies> peek(Isolation key) {
      if (!synced()) {
        return unavailable(
            Cause.NOT_SYNCED, "the gate has not yet read all network policies of the cluster");
      }
      if (isStale()) {
        return unavailable(
            Cause.NOT_SYNCED,
            "the gate has not heard of the API server for over " + STALE.toMinutes() + " minutes");
      }
      if (policies.table().isOver(key.namespace())) {
        return unavailable(
            Cause.TOO_LARGE,
            "namespace "
                + key.namespace()
                + " has more network policies than the gate keeps ("
                + MOST_POLICIES_IN_NAMESPACE
                + ")");
      }
      NetworkPolicies own = policies.table().in(key.namespace());
      List<String> unread = plugins.unread(key.namespace());
      return new Evidence.Present<>(own.alsoUnread(unread), clock.instant());
    }
  }

  private static Evidence<NetworkPolicies> unavailable(Cause cause, String tried) {
    return new Evidence.Unavailable<>(Doubt.of(cause, tried));
  }

  @Override
  public void close() {
    closed = true;
    namespaces.close();
    policies.close();
    plugins.close();
  }
}
