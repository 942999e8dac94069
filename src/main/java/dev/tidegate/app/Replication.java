package dev.tidegate.app;

import dev.tidegate.admission.http.Callback;
import dev.tidegate.document.Reread;
import dev.tidegate.harbor.Events;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.kubernetes.Replica;
import dev.tidegate.kubernetes.Replicas;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.IpLiteral;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Hosts;
import dev.tidegate.store.Seals;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedTrustManager;

/** What replicas of the gate tell each other: callbacks, both ways. */
final class Replication implements AutoCloseable {
  private static final Reread.Form FORM =
      new Reread.Form(1 << 20, "write what belongs there and nothing else");

  private final Forwarding forwarding;
  private final Supplier<Seals> seals;
  private final Set<String> addresses;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Metrics metrics;
  private final Log log;

  private Replication(
      Forwarding forwarding,
      Supplier<Seals> seals,
      Set<String> addresses,
      InstantSource clock,
      Ticker ticker,
      Metrics metrics,
      Log log) {
    this.forwarding = forwarding;
    this.seals = seals;
    this.addresses = addresses;
    this.clock = clock;
    this.ticker = ticker;
    this.metrics = metrics;
    this.log = log;
  }

  /** All that is wrong with what {@code config} says about this. */
  static List<String> problems(ServeConfig config) {
    ServeConfig.Replicas replicas = config.replicas();
    List<String> problems = new ArrayList<>();
    Optional<Path> key = replicas.keyFile();
    if (key.isEmpty()) {
      return problems;
    }
    if (replicas.ca().isEmpty() || replicas.podIps().isEmpty()) {
      problems.add(
          "tidegate.replicas.key-file needs tidegate.replicas.ca and tidegate.replicas.pod-ips, too:"
              + " set all three, the last one by the downward API's status.podIPs");
      return problems;
    }
    for (String address : replicas.podIps().get()) {
      try {
        var _ = IpLiteral.canonical(address);
      } catch (IllegalArgumentException name) {
        problems.add(
            "tidegate.replicas.pod-ips has something that is no IP address: write what the downward"
                + " API's status.podIPs says");
      }
    }
    if (Files.exists(key.get())) {
      usable("key-file", () -> seals(key.get(), () -> 0, bad -> {}), problems);
      usable("ca", () -> trust(replicas.ca().get(), () -> 0, bad -> {}), problems);
    }
    return problems;
  }

  private static void usable(String key, Supplier<?> reading, List<String> problems) {
    try {
      var _ = reading.get();
    } catch (BadValue bad) {
      problems.add("tidegate.replicas." + key + ": " + bad.problem() + "; " + bad.fix());
    }
  }

  private static Reread<Seals> seals(Path file, Ticker ticker, Consumer<BadValue> trouble) {
    return new Reread<>(
        file,
        FORM,
        bytes -> Seals.parse(new String(bytes, StandardCharsets.UTF_8)),
        ticker,
        trouble);
  }

  private static Reread<X509ExtendedTrustManager> trust(
      Path file, Ticker ticker, Consumer<BadValue> trouble) {
    return new Reread<>(file, FORM, Trusted::parse, ticker, trouble);
  }

  private static boolean wanted(ServeConfig.Replicas config) {
    return config.keyFile().map(Files::exists).orElse(false);
  }

  private static Set<String> addresses(ServeConfig.Replicas config) {
    return config.podIps().orElse(List.of()).stream()
        .map(IpLiteral::canonical)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Follows the other replicas, if {@code config} wants to tell them anything. */
  static Optional<Replicas> follow(ServeConfig.Replicas config, KubernetesClient api, Log log) {
    if (!wanted(config)) {
      return Optional.empty();
    }
    return Optional.of(
        new Replicas(
            api,
            new Replicas.Self(
                config.namespace(),
                config.service(),
                config.port(),
                addresses(config),
                config.podUid()),
            log::cluster));
  }

  /** Where {@code config}, which has no problems, wants it and somebody sends callbacks. */
  static Optional<Replication> of(
      ServeConfig config, Serving.World world, Hosts hosts, Metrics metrics, Log log) {
    boolean callbacks = hosts.all().stream().anyMatch(host -> host.callbackSecrets().isPresent());
    ServeConfig.Replicas replicas = config.replicas();
    Optional<Supplier<List<Replica>>> others = world.surroundings().replicas();
    if (!callbacks || replicas.keyFile().isEmpty()) {
      return Optional.empty();
    }
    if (!wanted(replicas) || others.isEmpty()) {
      log.notPassedOn(
          others.isEmpty() && wanted(replicas)
              ? "no cluster is followed, so nobody knows them"
              : replicas.keyFile().get() + " does not exist; it is looked for at the start");
      return Optional.empty();
    }
    Reread<Seals> seals = seals(replicas.keyFile().get(), world.ticker(), log::replicaFile);
    Reread<X509ExtendedTrustManager> trust =
        trust(replicas.ca().orElseThrow(), world.ticker(), log::replicaFile);
    Seldom misses = new Seldom(world.ticker());
    Forwarding forwarding =
        new Forwarding(
            world.vertx(),
            others.get(),
            seals,
            new Trusted(trust),
            replicas.service() + "." + replicas.namespace() + ".svc",
            Forwarding.usualPause(),
            world.clock(),
            sent -> {
              metrics.forwarded(DecisionLine.lower(sent.result()));
              if (sent.result() != Forwarding.Result.SENT && misses.mayTell()) {
                log.missed(sent.to().address(), sent.detail());
              }
            });
    metrics.gauge(
        "tidegate.replicas.known",
        "Other replicas that callbacks are passed on to",
        () -> others.get().get().size());
    metrics.gauge(
        "tidegate.harbor.forwards.waiting",
        "Callbacks on their way to other replicas",
        forwarding::waiting);
    metrics.gauge(
        "tidegate.harbor.forwards.owed",
        "Replicas that missed a callback and were not told so yet",
        forwarding::owed);
    return Optional.of(
        new Replication(
            forwarding, seals, addresses(replicas), world.clock(), world.ticker(), metrics, log));
  }

  /** Who passes on. */
  Receiver.Onward onward() {
    return forwarding;
  }

  /** Where what others pass on is taken in, for {@code receiver}. */
  Callback.Endpoint endpoint(Receiver receiver) {
    Seldom refusals = new Seldom(ticker);
    ForwardGuard guard =
        new ForwardGuard(
            seals,
            addresses,
            receiver,
            clock,
            ticker,
            word -> {
              metrics.passedOn(word);
              boolean refused = !word.equals("taken") && !word.equals("missed");
              if (refused && refusals.mayTell()) {
                log.forwardRefused(word);
              }
            });
    return new Callback.Endpoint(
        Forward.PATH,
        Events.MOST_BYTES,
        Callback.Endpoint.USUAL,
        (headers, body) -> {
          Receiver.Reply reply = guard.take(headers, body);
          return new Callback.Answer(reply.status(), reply.text());
        });
  }

  @Override
  public void close() {
    forwarding.close();
  }
}
