package dev.tidegate.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ties the server to the life of the application. */
@ApplicationScoped
class ServeBean {
  /** Exit status for a configuration that cannot be used. */
  private static final int UNUSABLE = 2;

  private final ServeConfig config;
  private final Vertx vertx;
  private final MeterRegistry registry;
  private final Instance<KubernetesClient> client;
  private final Log log = new Log();
  private volatile @Nullable Serving serving;

  @Inject
  ServeBean(
      ServeConfig config, Vertx vertx, MeterRegistry registry, Instance<KubernetesClient> client) {
    this.config = config;
    this.vertx = vertx;
    this.registry = registry;
    this.client = client;
  }

  void start(@Observes StartupEvent started) {
    List<String> problems = Settings.problems(config);
    if (!problems.isEmpty()) {
      problems.forEach(log::cannotServe);
      Quarkus.asyncExit(UNUSABLE);
      return;
    }
    try {
      serving =
          Serving.start(
              config,
              new Serving.World(
                  vertx,
                  registry,
                  Clock.systemUTC(),
                  System::nanoTime,
                  System.out,
                  ClusterSide.surroundings(config, client::get, log)));
    } catch (ServingPair.Unusable | ClusterSide.Unusable unusable) {
      log.cannotServe(String.valueOf(unusable.getMessage()));
      Quarkus.asyncExit(UNUSABLE);
    }
  }

  void leave(@Observes ShutdownDelayInitiatedEvent leaving) {
    Serving running = serving;
    if (running != null) {
      running.leave();
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    Serving running = serving;
    if (running != null) {
      running.close();
    }
  }

  /** What is missing before admissions may be sent here. */
  List<String> missing() {
    Serving running = serving;
    return running == null ? List.of("starting") : running.missing();
  }
}
