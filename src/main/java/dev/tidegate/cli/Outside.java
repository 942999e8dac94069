package dev.tidegate.cli;

import dev.tidegate.app.Assembly;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicySet;
import java.net.InetAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The registries that a command may ask: those of its {@code --hosts}, and without that option
 * none.
 *
 * @param sources evidence from them, and from the Harbors among them
 * @param calls what was asked, in the order of the answers
 */
record Outside(Exchanges exchanges, List<EvidenceSource<?, ?>> sources, Queue<Calls.Call> calls)
    implements AutoCloseable {
  Outside {
    sources = List.copyOf(sources);
  }

  /**
   * The registries in {@code file}, asked for what {@code policies} want to know.
   *
   * @throws CommandFailure if the file cannot be used
   */
  static Outside of(@Nullable String file, PolicySet policies, Invocation invocation)
      throws CommandFailure {
    Hosts hosts = Hosts.NONE;
    Environment environment = invocation.environment();
    if (file != null) {
      hosts = HarborHosts.read(file, invocation);
    }
    Queue<Calls.Call> calls = new ConcurrentLinkedQueue<>();
    Exchanges exchanges =
        new Exchanges(
            InetAddress::getAllByName, environment.clock(), environment.ticker(), calls::add);
    return new Outside(
        exchanges, Assembly.sources(hosts, exchanges, environment.clock(), () -> policies), calls);
  }

  @Override
  public void close() {
    exchanges.close();
  }
}
