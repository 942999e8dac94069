package dev.tidegate.cli;

import dev.tidegate.model.Deadline;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks whether the gate can work with its hosts. Changes nothing anywhere.
 *
 * @param invocation what is read and written
 * @param wish what is looked at
 */
record Doctor(Invocation invocation, DoctorWish wish) {
  /** Longest that all of it takes. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  /** Looks, and writes what was seen; the exit status. */
  int run(boolean asJson) throws CommandFailure {
    List<Host> hosts = hosts();
    Environment environment = invocation.environment();
    Deadline end = Deadline.in(LONGEST, environment.ticker());
    List<Chart> charts = new ArrayList<>();
    Set<String> harbors = new HashSet<>();
    try (Exchanges exchanges =
        new Exchanges(
            InetAddress::getAllByName, environment.clock(), environment.ticker(), Calls.NONE)) {
      for (Host host : hosts) {
        Chart chart = new Chart(host.name());
        if (new HostExam(new Visit(host, wish, exchanges, environment, end, chart)).isHarbor()) {
          harbors.add(host.name());
        }
        charts.add(chart);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.undecided("interrupted");
    }
    if (!wish.images().isEmpty()) {
      charts.addAll(new ImageExam(invocation, wish, harbors, end).charts());
    }
    DoctorReport report = new DoctorReport(charts);
    report.write(asJson, invocation.out());
    return report.status();
  }

  private List<Host> hosts() throws CommandFailure {
    Hosts all = HarborHosts.read(wish.hosts(), invocation);
    List<Host> meant = new ArrayList<>();
    for (String name : wish.names()) {
      meant.add(HarborHosts.find(all, wish.hosts(), name));
    }
    if (meant.isEmpty()) {
      meant.addAll(all.all());
    }
    if (meant.isEmpty()) {
      throw CommandFailure.usage("there are no hosts in " + wish.hosts());
    }
    if (wish.administrator().isPresent() && meant.size() > 1) {
      throw CommandFailure.usage(
          "the password of --user is told to one host only: name the Harbor that it is for");
    }
    return meant;
  }
}
