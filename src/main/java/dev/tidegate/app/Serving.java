package dev.tidegate.app;

import dev.tidegate.admission.Admission;
import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Answering;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.Enforcing;
import dev.tidegate.admission.GlobalAudit;
import dev.tidegate.admission.Recorder;
import dev.tidegate.admission.http.AdmissionServer;
import dev.tidegate.admission.http.Callback;
import dev.tidegate.admission.http.Peers;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.EvidenceKey.FirstOwing;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.harbor.Events;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Ticker;
import dev.tidegate.store.VerdictStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/** The running server: everything wired, watched and recorded. */
final class Serving implements AutoCloseable {
  private static final Duration SETTLE_EVERY = Duration.ofSeconds(1);
  private static final Duration EXPIRY_EVERY = Duration.ofSeconds(30);
  private static final int LONG_BODIES_WAITING = 64;

  private final World world;
  private final ServeConfig config;
  private final Log log = new Log();
  private final Metrics metrics;
  private final Mounted mounted;
  private final Surroundings surroundings;
  private final Debts debts;
  private final Rechecks rechecks;
  private final Outbound outbound;
  private final VerdictStore store;
  private final Graces graces;
  private final Rounds rounds;
  private final Optional<Replication> replication;
  private final Optional<HarborSide> harbors;
  private final Optional<DecisionLog> decisions;
  private final ExecutorService longWork;
  private final ScheduledExecutorService watching;
  private final AdmissionServer server;
  private volatile boolean leaving;
  private volatile boolean tested;

  /**
   * What the server does not make itself.
   *
   * @param decisions where lines about decisions go
   */
  record World(
      Vertx vertx,
      MeterRegistry registry,
      InstantSource clock,
      Ticker ticker,
      OutputStream decisions,
      Surroundings surroundings) {}

  private Serving(ServeConfig config, World world) throws ServingPair.Unusable {
    this.config = config;
    this.world = world;
    this.surroundings = world.surroundings();
    this.metrics = new Metrics(world.registry());
    this.mounted = new Mounted(config, world, metrics, log);
    this.debts = new Debts(config.evidence().owing(), world.ticker(), this::settled);
    List<LiveEvidence<?, ?>> live = new ArrayList<>(surroundings.live());
    live.add(debts);
    this.rechecks =
        new Rechecks(
            config.evidence().owing(), world.ticker(), Thread::startVirtualThread, this::rechecked);
    live.add(rechecks);
    this.outbound =
        Outbound.of(config, mounted::policies, world.clock(), world.ticker(), metrics, log);
    List<EvidenceSource<?, ?>> sources = new ArrayList<>(surroundings.sources());
    sources.addAll(outbound.sources());
    Assembly.Engine engine =
        Assembly.engine(
            mounted::policies,
            new Assembly.Knowledge(
                live,
                measured(sources),
                Settings.store(config),
                outbound.archive(),
                config.evidence().tagAge()),
            world.clock(),
            world.ticker(),
            this::defect);
    this.store = engine.store();
    this.rounds = engine.rounds();
    this.graces = new Graces(store, world.clock());
    this.replication = Replication.of(config, world, outbound.hosts(), metrics, log);
    this.harbors =
        HarborSide.start(
            outbound.hosts(),
            new HarborSide.Parts(
                outbound.exchanges(),
                store,
                mounted::policies,
                config.harbor().reconcile(),
                world.clock(),
                world.ticker(),
                RandomGenerator.getDefault(),
                metrics,
                log,
                replication.map(Replication::onward).orElse(Receiver.Onward.NOBODY),
                defect -> defect("what Harbors tell", defect)));
    this.decisions =
        config.decisions().log()
            ? Optional.of(
                new DecisionLog(config.decisions().queue(), world.decisions(), world.clock()))
            : Optional.empty();
    this.longWork =
        new ThreadPoolExecutor(
            2,
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(LONG_BODIES_WAITING),
            Thread.ofPlatform().name("tidegate-long-", 1).daemon(true).factory());
    this.watching =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tidegate-watch").daemon(true).factory());
    Thread.ofPlatform().name("tidegate-self-test").daemon(true).start(this::testItself);
    mounted.look();
    mounted.register();
    register();
    StoreMetrics.register(metrics, store, outbound.archive());
    this.server = listen();
    schedule();
    log.serving(server.port());
  }

  /**
   * Starts the server; returns when it listens.
   *
   * @throws ServingPair.Unusable if the serving certificate may not be served
   */
  static Serving start(ServeConfig config, World world) throws ServingPair.Unusable {
    return new Serving(config, world);
  }

  private AdmissionServer listen() {
    Admission admission =
        new Admission(rounds, mounted::policies, answering(), recorder(), world.ticker());
    Peers peers =
        config.tls().clientCa().isEmpty()
            ? Peers.anybody()
            : Peers.only(
                config.tls().clientSubjects().stream()
                    .map(X500Principal::new)
                    .collect(Collectors.toUnmodifiableSet()));
    return AdmissionServer.start(
            world.vertx(),
            new AdmissionServer.Listen(
                config.webhook().host(),
                config.webhook().port(),
                mounted.keys(),
                config.tls().clientCa(),
                peers,
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                harbors.map(this::endpoints).orElse(List.of())),
            admission,
            Settings.limits(config),
            Settings.times(config),
            world.ticker(),
            longWork,
            log)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private Supplier<Answering<? extends Answer>> answering() {
    Enforcing enforcing = new Enforcing();
    GlobalAudit audit = new GlobalAudit();
    return () ->
        switch (mounted.mode()) {
          case ENFORCE -> enforcing;
          case AUDIT -> audit;
        };
  }

  private Recorder recorder() {
    return new Recorder() {
      @Override
      public void made(Decision decision) {
        metrics.made(decision);
        if (!decision.dryRun()) {
          debts.note(decision);
          graces.note(decision);
          rechecks.note(decision, store);
          decisions.ifPresent(lines -> lines.write(decision));
        }
      }

      @Override
      public void defect(String where, Throwable defect) {
        Serving.this.defect(where, defect);
      }
    };
  }

  private void defect(String where, Throwable defect) {
    metrics.defect();
    log.defect(where, defect);
  }

  private void settled(FirstOwing owing, Debts.Outcome outcome) {
    world
        .registry()
        .counter("tidegate.owing.judged", "result", DecisionLine.lower(outcome))
        .increment();
    log.debt(owing, outcome);
  }

  private void rechecked(Rechecks.Result result) {
    metrics.rechecked(result);
    log.rechecked(result);
    decisions.ifPresent(lines -> lines.write(result));
  }

  private void askForScan(PinnedImage image) throws InterruptedException {
    if (harbors.isPresent()) {
      harbors.get().askForScan(image);
    }
  }

  private void register() {
    metrics.gauge("tidegate.owing", "Workloads that were let through for now", debts::open);
    metrics.gauge(
        "tidegate.unscanned",
        "Images that were let through in a namespace without a scan and are not judged yet",
        rechecks::open);
    metrics.gauge(
        "tidegate.grace.images",
        "Images of workloads that were let through for now although a scan found something",
        graces::open);
    metrics.gauge(
        "tidegate.grace.first.end.seconds",
        "Time until the first of them is let through no more; -1 when there is none",
        graces::secondsToFirstEnd);
    metrics.count(
        "tidegate.decision.lines.lost",
        "Lines about decisions that could not be written",
        () -> decisions.map(DecisionLog::lost).orElse(0L));
  }

  private static Callback.Endpoint endpoint(HarborSide harbors) {
    return new Callback.Endpoint(
        "/harbor/events",
        Events.MOST_BYTES,
        Callback.Endpoint.USUAL,
        (headers, body) -> {
          Receiver.Reply reply = harbors.receiver().receive(headers, body);
          return new Callback.Answer(reply.status(), reply.text());
        });
  }

  private List<Callback.Endpoint> endpoints(HarborSide taken) {
    List<Callback.Endpoint> endpoints = new ArrayList<>();
    endpoints.add(endpoint(taken));
    replication.ifPresent(others -> endpoints.add(others.endpoint(taken.receiver())));
    return endpoints;
  }

  private List<EvidenceSource<?, ?>> measured(List<EvidenceSource<?, ?>> sources) {
    List<EvidenceSource<?, ?>> measured = new ArrayList<>();
    for (EvidenceSource<?, ?> source : sources) {
      measured.add(Measured.by(metrics, world.ticker(), source));
    }
    return measured;
  }

  private void schedule() {
    every(config.policy().poll(), mounted::look);
    every(config.tls().poll(), mounted::lookAtPair);
    every(
        SETTLE_EVERY,
        () -> {
          var _ = debts.settle(rounds, world.clock().instant());
        });
    Rechecks.Means means = new Rechecks.Means(store, rounds, this::askForScan);
    every(
        SETTLE_EVERY,
        () -> {
          var _ =
              rechecks
                  .look(means, world.clock().instant())
                  .whenComplete((done, failure) -> {
                    if (failure != null) {
                      defect("judging again what was let through without a scan", failure);
                    }
                  });
        });
    every(EXPIRY_EVERY, mounted::countExemptions);
    metrics.gauge("tidegate.admission.in.flight", "Requests in work", server::inFlight);
  }

  private void every(Duration period, Runnable task) {
    var _ =
        watching.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException defect) {
                defect("watching", defect); // else the schedule would end without a word
              }
            },
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void testItself() {
    try {
      tested = SelfTest.passes(world.clock());
      if (!tested) {
        log.selfTest();
      }
    } catch (RuntimeException defect) {
      defect("the self-test", defect);
    }
  }

  /**
   * What is missing before admissions may be sent here; empty when nothing is. Own state only:
   * trouble of others never takes a replica out.
   */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (leaving) {
      missing.add("stopping");
    }
    if (!tested) {
      missing.add("the self-test of verification has not passed");
    }
    if (!surroundings.synced().getAsBoolean()) {
      missing.add("the cluster's namespaces and network policies are not read yet");
    }
    missing.addAll(mounted.missing());
    return missing;
  }

  /** Port of HTTPS. */
  int port() {
    return server.port();
  }

  /** Goes out of readiness; admissions are still answered, connections end one by one. */
  void leave() {
    leaving = true;
    server.drain();
  }

  /** Stops answering, once what is in work has been answered. */
  @Override
  public void close() {
    leave();
    server.close().toCompletionStage().toCompletableFuture().join();
    watching.shutdownNow();
    longWork.shutdown();
    decisions.ifPresent(DecisionLog::close);
    surroundings.close().run();
    replication.ifPresent(Replication::close);
    harbors.ifPresent(HarborSide::close);
    store.close();
    outbound.close();
  }
}
