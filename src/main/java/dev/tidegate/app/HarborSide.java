package dev.tidegate.app;

import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.harbor.Reconciliation;
import dev.tidegate.harbor.SecretFile;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.VerdictStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What comes from Harbors without a pod having asked: their callbacks, and reading what these did
 * not tell.
 */
final class HarborSide implements AutoCloseable {
  private final Callbacks callbacks;
  private final Reconciling reconciling;
  private final AtPush pushes;

  /**
   * What it works with.
   *
   * @param exchanges ask the hosts
   * @param policies in force, for what is done when an image is pushed
   * @param every how long to wait from one reconciliation to the next, about
   * @param random spreads them
   * @param onward passes on to other replicas what Harbors tell
   * @param defects is told of defects, which end nothing
   */
  record Parts(
      Exchanges exchanges,
      VerdictStore store,
      Supplier<PolicySet> policies,
      Duration every,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random,
      Metrics metrics,
      Log log,
      Receiver.Onward onward,
      Consumer<RuntimeException> defects) {}

  private HarborSide(Callbacks callbacks, Reconciling reconciling, AtPush pushes) {
    this.callbacks = callbacks;
    this.reconciling = reconciling;
    this.pushes = pushes;
  }

  /** For the Harbors among {@code hosts}: those that have secrets for callbacks. */
  static Optional<HarborSide> start(Hosts hosts, Parts parts) {
    List<Receiver.Sender> senders = new ArrayList<>();
    for (Host host : hosts.all()) {
      host.callbackSecrets()
          .ifPresent(
              file -> senders.add(new Receiver.Sender(host.name(), secrets(host, file, parts))));
    }
    if (senders.isEmpty()) {
      return Optional.empty();
    }
    Map<String, HarborApi> harbors = Harbors.calling(hosts, parts.exchanges(), parts.clock());
    AtPush pushes =
        new AtPush(
            parts.store(),
            parts.policies(),
            harbors,
            parts.ticker(),
            (host, answer) -> {
              parts.metrics().scanAsked(host, answer);
              parts.log().scanAsked(host, answer);
            });
    Looking looking = new Looking(parts.store(), pushes, parts.clock());
    List<Reconciliation> all = new ArrayList<>();
    harbors.forEach((host, api) ->
        all.add(
            new Reconciliation(
                host, api, looking, parts.every(), parts.clock(), parts.ticker(), parts.random())));
    Reconciling reconciling =
        Reconciling.start(all, parts.clock(), parts.metrics(), parts.log(), parts.defects());
    return Optional.of(
        new HarborSide(
            Callbacks.start(
                senders,
                looking,
                reconciling::soon,
                parts.onward(),
                parts.metrics(),
                parts.defects()),
            reconciling,
            pushes));
  }

  private static SecretFile secrets(Host host, Path file, Parts parts) {
    return new SecretFile(file, parts.ticker(), bad -> parts.log().secrets(host.name(), bad));
  }

  /** Who takes callbacks in. */
  Receiver receiver() {
    return callbacks.receiver();
  }

  /** Asks for the scan of {@code image} where it has none and its Harbor tells of its scans. */
  void askForScan(PinnedImage image) throws InterruptedException {
    pushes.askForScan(image);
  }

  /** Something may have been missed: everything is compared soon. */
  void reconcile() {
    reconciling.soon();
  }

  @Override
  public void close() {
    callbacks.close();
    reconciling.close();
  }
}
