package dev.tidegate.harbor;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Evidence from the Harbors among the configured hosts. */
public final class Harbors {
  /** Memory for reports that Harbor has withdrawn because a new scan has begun. */
  private static final long LAST_REPORTS = 32L << 20;

  private Harbors() {}

  /**
   * The sources of scans and allow lists. Which host is a Harbor says the policy that names it as
   * one: a host that is none answers no question of its API.
   *
   * @param databaseAges whether the age of scanners' data is of interest to anybody at the moment
   */
  public static List<EvidenceSource<?, ?>> sources(
      Hosts hosts, Exchanges exchanges, InstantSource clock, BooleanSupplier databaseAges) {
    Map<String, HarborApi> harbors = apis(hosts.all().stream(), exchanges, clock);
    return List.of(
        new HarborScans(
            harbors, new RememberedReports(LAST_REPORTS), new Databases(clock, databaseAges)),
        new HarborAllowLists(harbors));
  }

  /** How what they say is written where it outlives the process. */
  public static List<EvidenceCodec<?, ?>> codecs() {
    return List.of(new ScanCodec());
  }

  /** The APIs of the Harbors among {@code hosts} that send callbacks, by their names. */
  public static Map<String, HarborApi> calling(
      Hosts hosts, Exchanges exchanges, InstantSource clock) {
    return apis(
        hosts.all().stream().filter(host -> host.callbackSecrets().isPresent()), exchanges, clock);
  }

  private static Map<String, HarborApi> apis(
      Stream<Host> hosts, Exchanges exchanges, InstantSource clock) {
    return hosts.collect(
        Collectors.toUnmodifiableMap(Host::name, host -> api(host, exchanges, clock)));
  }

  /** The API of one Harbor. */
  public static HarborApi api(Host host, Exchanges exchanges, InstantSource clock) {
    return new HarborApi(host.name(), exchanges.to(host), clock);
  }
}
