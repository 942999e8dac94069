package dev.tidegate.cli;

import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.admin.AdminApi;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.net.Endpoint;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Trouble;
import java.time.Duration;

/**
 * One host that is looked at: how it is asked, and where it is noted what was seen.
 *
 * @param host the host, as the file of hosts has it
 * @param wish what the command was asked
 * @param exchanges ask
 * @param environment the surroundings
 * @param end when all has to be over
 * @param chart what was seen
 */
record Visit(
    Host host,
    DoctorWish wish,
    Exchanges exchanges,
    Environment environment,
    Deadline end,
    Chart chart) {
  /** Longest that one answer is waited for. */
  static final Duration LONGEST = Duration.ofSeconds(15);

  /** {@code other}, asked only as long as there is time at all. */
  Endpoint to(Host other) {
    return (request, deadline) -> {
      if (end.passed()) {
        throw Trouble.of(
            Cause.DEADLINE,
            request.what(),
            "all of this took longer than "
                + Doctor.LONGEST.toMinutes()
                + " minutes already; name fewer hosts, projects or images");
      }
      return exchanges.send(other, request, deadline.atMost(end.remaining()));
    };
  }

  /** The API of Harbor, as whom {@code other} names. */
  AdminApi admin(Host other) {
    return new AdminApi(other.name(), to(other), environment.ticker());
  }

  /** What the gate asks, as whom {@code other} names. */
  HarborApi harbor(Host other) {
    return new HarborApi(other.name(), to(other), environment.clock());
  }

  /** Until when an answer is waited for that is asked for now. */
  Deadline soon() {
    return Deadline.in(LONGEST, environment.ticker());
  }

  /** What puts things right. */
  Repairs repairs() {
    return new Repairs(wish);
  }
}
