package dev.tidegate.app;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.harbor.SecretFile;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the server asks other machines, and the file in which it remembers the answers.
 *
 * @param hosts who may be asked
 * @param exchanges asks them
 * @param sources evidence from registries and Harbors
 * @param archive the file under the evidence in memory
 * @param ends when the credentials end by which they are asked
 */
record Outbound(
    Hosts hosts,
    Exchanges exchanges,
    List<EvidenceSource<?, ?>> sources,
    Optional<Archive> archive,
    CredentialEnds ends)
    implements AutoCloseable {

  Outbound {
    sources = List.copyOf(sources);
  }

  /** All that is wrong with the files that {@code config} names for this. */
  static List<String> problems(ServeConfig config) {
    List<String> problems = new ArrayList<>();
    config
        .hosts()
        .file()
        .ifPresent(file -> {
          Hosts.Read read = Hosts.read(file);
          read.problems().forEach(problem -> problems.add("tidegate.hosts.file: " + problem));
          read.hosts().ifPresent(hosts -> secrets(hosts, problems));
        });
    config
        .store()
        .keyFile()
        .ifPresent(file -> {
          try {
            var _ = Seals.read(file);
          } catch (BadValue bad) {
            problems.add("tidegate.store.key-file: " + bad.problem() + "; " + bad.fix());
          }
        });
    return problems;
  }

  private static void secrets(Hosts hosts, List<String> problems) {
    for (Host host : hosts.all()) {
      host.callbackSecrets()
          .ifPresent(file -> {
            try {
              var _ = new SecretFile(file, () -> 0, bad -> {});
            } catch (BadValue bad) {
              problems.add(
                  "tidegate.hosts.file: hosts."
                      + host.name()
                      + ".callbackSecrets: "
                      + bad.getMessage());
            }
          });
    }
  }

  /** What {@code config}, which has no problems, describes. */
  static Outbound of(
      ServeConfig config,
      Supplier<PolicySet> policies,
      InstantSource clock,
      Ticker ticker,
      Metrics metrics,
      Log log) {
    Hosts hosts =
        config.hosts().file().flatMap(file -> Hosts.read(file).hosts()).orElse(Hosts.NONE);
    Calls calls = call -> metrics.called(call.host(), call.method(), call.result(), call.took());
    Exchanges exchanges = new Exchanges(InetAddress::getAllByName, clock, ticker, calls);
    Optional<Archive> archive =
        config
            .store()
            .file()
            .map(file ->
                Archive.at(
                    file,
                    (long) config.store().mostMib() << 20,
                    Seals.read(config.store().keyFile().orElseThrow()),
                    Assembly.codecs(),
                    ticker,
                    new Telling(metrics, log)));
    CredentialEnds ends =
        new CredentialEnds(
            hosts.all(),
            Harbors.calling(hosts, exchanges, clock),
            clock,
            ticker,
            log::credentialsEnd);
    metrics.credentials(ends);
    ends.start(defect -> {
      metrics.defect();
      log.defect("looking when credentials end", defect);
    });
    return new Outbound(
        hosts, exchanges, Assembly.sources(hosts, exchanges, clock, policies), archive, ends);
  }

  /** Tells metrics and log of what happens to the file. */
  private record Telling(Metrics metrics, Log log) implements StoreEvents {
    @Override
    public void defect(EvidenceKey<?> key, RuntimeException defect) {
      metrics.defect();
      log.defect("the file of evidence", defect);
    }

    @Override
    public void file(FileEvent event, String detail) {
      metrics.file(DecisionLine.lower(event));
      log.file(event, detail);
    }
  }

  @Override
  public void close() {
    ends.close();
    exchanges.close(); // the store closes the file
  }
}
