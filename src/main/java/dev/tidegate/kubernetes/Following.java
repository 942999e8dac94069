package dev.tidegate.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.jspecify.annotations.Nullable;

/**
 * An informer for one kind in one version: lists, then watches, and begins anew after trouble for
 * as long as it is open.
 *
 * @param <S> what is answered for a place
 */
final class Following<S> implements AutoCloseable {
  private static final long PAGE = 500;

  private final ClusterKind kind;
  private final String version;
  private final ObjectTable<?, S> table;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private volatile boolean complete;
  private volatile @Nullable Throwable trouble;

  /**
   * @param troubles told of each failed list or watch, which is tried again
   */
  Following(
      KubernetesClient client,
      ClusterKind kind,
      String version,
      ObjectTable<?, S> table,
      Troubles troubles) {
    this.kind = kind;
    this.version = version;
    this.table = table;
    this.informer =
        client
            .genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup(kind.group())
                    .withVersion(version)
                    .withPlural(kind.plural())
                    .withKind(kind.kind())
                    .withNamespaced(kind.namespaced())
                    .build())
            .inAnyNamespace()
            .withLimit(PAGE)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(table)
            .exceptionHandler((started, failure) -> {
              trouble = failure;
              troubles.reading(kind.toString(), failure);
              return true;
            });
  }

  /** Begins to list; returns at once. */
  void start() {
    informer
        .start()
        .whenComplete((done, failure) -> {
          if (failure == null) {
            trouble = null;
            complete = true;
          }
        });
  }

  ClusterKind kind() {
    return kind;
  }

  String version() {
    return version;
  }

  ObjectTable<?, S> table() {
    return table;
  }

  /** Whether the first list is there. */
  boolean isComplete() {
    return complete;
  }

  /** Whether the first list is there, or was refused: nothing more is to be waited for. */
  boolean isSettled() {
    return complete || trouble != null;
  }

  /** Whether it is told of changes. */
  boolean isCurrent() {
    return complete && informer.isRunning();
  }

  /** Why the first list is not there, for people. */
  String obstacle() {
    Throwable failure = trouble;
    if (failure == null) {
      return "not read yet";
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException refused && refused.getCode() > 0) {
        int code = refused.getCode();
        return code == 401 || code == 403
            ? "the gate may not read them"
            : "the API server answered " + code;
      }
    }
    return "they could not be read";
  }

  @Override
  public void close() {
    informer.stop();
  }
}
