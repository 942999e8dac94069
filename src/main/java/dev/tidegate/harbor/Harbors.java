package dev.tidegate.harbor;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Deadline;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Trouble;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evidence from the Harbors among the configured hosts. */
public final class Harbors {
  /** Memory for reports that Harbor has withdrawn because a new scan has begun. */
  private static final long LAST_REPORTS = 32L << 20;

  private static final Duration LONGEST = Duration.ofSeconds(15);

  private Harbors() {}

  /**
   * The sources of scans and allow lists. Which host is a Harbor says the policy that names it as
   * one: a host that is none answers no question of its API.
   */
  public static List<EvidenceSource<?, ?>> sources(
      Hosts hosts, Exchanges exchanges, InstantSource clock) {
    Map<String, HarborApi> harbors = new HashMap<>();
    for (Host host : hosts.all()) {
      harbors.put(host.name(), new HarborApi(host.name(), over(exchanges, host), clock));
    }
    return List.of(
        new HarborScans(harbors, new RememberedReports(LAST_REPORTS)),
        new HarborAllowLists(harbors));
  }

  /** How what they say is written where it outlives the process. */
  public static List<EvidenceCodec<?, ?>> codecs() {
    return List.of(new ScanCodec());
  }

  /** One host, asked with its credential, within its limits. */
  static Http over(Exchanges exchanges, Host host) {
    return (request, deadline) -> ask(exchanges, host, request, deadline);
  }

  private static Http.Result ask(
      Exchanges exchanges, Host host, Http.Request request, Deadline deadline)
      throws InterruptedException {
    dev.tidegate.net.Request sent =
        new dev.tidegate.net.Request(
            request.method().name(),
            request.path(),
            request.headers(),
            Optional.empty(),
            Optional.empty(),
            true,
            request.mostBytes(),
            LONGEST,
            "ask Harbor " + host.name());
    try {
      Reply reply = exchanges.send(host, sent, deadline);
      Map<String, String> headers = new HashMap<>();
      reply.headers().forEach((name, values) -> headers.put(name, values.getFirst()));
      return new Http.Reply(reply.status(), headers, reply.body());
    } catch (Trouble trouble) {
      return new Http.NoReply(trouble.doubt());
    }
  }
}
