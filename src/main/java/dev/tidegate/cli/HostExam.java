package dev.tidegate.cli;

import dev.tidegate.harbor.admin.AdminApi;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Looks at one host, from what everything rests on to what rests on it: what does not work is told
 * once, and what needs it is not looked at.
 */
final class HostExam {
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration CERTIFICATE_ENDS_SOON = Duration.ofDays(14);
  private static final Duration CLOCK_DOUBTFUL = Duration.ofSeconds(60);
  private static final Duration CLOCK_WRONG = Duration.ofMinutes(5);

  private final Visit visit;
  private final Host host;
  private final Chart chart;
  private final Repairs repairs;

  HostExam(Visit visit) {
    this.visit = visit;
    this.host = visit.host();
    this.chart = visit.chart();
    this.repairs = visit.repairs();
  }

  /** Looks; whether it turned out to be a Harbor. */
  boolean isHarbor() throws InterruptedException {
    boolean harbor = false;
    Optional<HarborExam> known = Optional.empty();
    if (connection()) {
      try {
        harbor = visit.admin(host.anonymous()).isHarbor();
        known = rest(harbor);
      } catch (Trouble trouble) {
        chart.wrong("Harbor", trouble.doubt().tried(), repairs.of(trouble, host));
      }
    } else {
      chart.skipped("everything else here", "needs the connection");
    }
    // The gate has its own connection, credentials and clock.
    CallbackExam callbacks = new CallbackExam(visit);
    Optional<String> secret = callbacks.secret();
    if (secret.isPresent()) {
      callbacks.gate(secret.get());
    }
    if (known.isPresent()) {
      known.get().webhooks(secret);
    }
    return harbor;
  }

  /** Looks at what rests on the connection; the Harbor, if it is one that knows us. */
  private Optional<HarborExam> rest(boolean harbor) throws InterruptedException {
    if (!harbor && host.callbackSecrets().isPresent()) {
      chart.wrong(
          "Harbor",
          "it has callbackSecrets, but is no Harbor",
          "remove " + repairs.field(host, "callbackSecrets") + ", or correct its endpoint");
    }
    HarborExam exam = new HarborExam(visit);
    if (!credentials(harbor, exam)) {
      chart.skipped(
          harbor ? "rights, scanner, webhooks" : "everything else here",
          "need credentials that " + host.name() + " takes");
      return Optional.empty();
    }
    if (!harbor) {
      return Optional.empty();
    }
    exam.look();
    return Optional.of(exam);
  }

  private boolean connection() throws InterruptedException {
    Instant before = visit.environment().clock().instant();
    Reply reply;
    try {
      reply =
          visit
              .to(host.anonymous())
              .send(
                  Request.get("/v2/", MOST_BYTES, "reach " + host.name()).answeredBy(401, 403),
                  visit.soon());
    } catch (Trouble trouble) {
      chart.wrong("connection", trouble.doubt().tried(), repairs.of(trouble, host));
      return false;
    }
    if (reply.none()) {
      chart.wrong(
          "connection",
          "there is no registry at " + host.endpoint() + ": it answers 404 to /v2/",
          "correct " + repairs.field(host, "endpoint"));
      return false;
    }
    Instant now = visit.environment().clock().instant();
    reached(reply.certificateEnd(), now);
    clock(reply, before.plus(Duration.between(before, now).dividedBy(2)));
    return true;
  }

  private void reached(Optional<Instant> certificateEnd, Instant now) {
    String by = host.proxy().map(proxy -> " by the proxy " + proxy.url()).orElse("");
    if (certificateEnd.isEmpty()) {
      chart.ok("connection", "without TLS, as plainHttp says" + by);
      return;
    }
    Instant end = certificateEnd.get();
    if (end.isBefore(now.plus(CERTIFICATE_ENDS_SOON))) {
      chart.warning(
          "connection",
          "TLS" + by + ", but the certificate of " + host.name() + " ends at " + end,
          "renew the certificate of " + host.name());
    } else {
      chart.ok("connection", "TLS" + by + ", with a certificate until " + day(end));
    }
  }

  private static String day(Instant at) {
    return at.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
  }

  private void clock(Reply reply, Instant ours) {
    String date = reply.header("date").orElse("");
    Instant theirs;
    try {
      // The header has whole seconds; it is the middle of its second that is meant.
      theirs =
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant()
              .plusMillis(500);
    } catch (DateTimeException none) {
      chart.skipped("clock", host.name() + " does not say what time it is");
      return;
    }
    Duration off = Duration.between(ours, theirs);
    if (off.abs().compareTo(CLOCK_DOUBTFUL) <= 0) {
      chart.ok("clock", "the same as here");
      return;
    }
    String what =
        host.name()
            + " is "
            + off.abs().toSeconds()
            + " seconds "
            + (off.isNegative() ? "behind" : "ahead of")
            + " the clock here; ages of scans, tokens and callbacks that replicas pass on to each"
            + " other are judged by the clock";
    String repair = "let both follow NTP (timedatectl set-ntp true), here and at " + host.name();
    if (off.abs().compareTo(CLOCK_WRONG) > 0) {
      chart.wrong("clock", what, repair);
    } else {
      chart.warning("clock", what, repair);
    }
  }

  private boolean credentials(boolean harbor, HarborExam exam) throws InterruptedException {
    Optional<Credentials> credentials = host.credentials();
    if (credentials.isEmpty()) {
      return anonymous(harbor);
    }
    String name;
    try {
      name = credentials.get().read("look at the credentials").username();
    } catch (Trouble unreadable) {
      chart.wrong(
          "credentials",
          unreadable.doubt().tried(),
          harbor
              ? repairs.robot(host, "--new-secret")
              : "write it, or correct " + repairs.field(host, "credentials"));
      return false;
    }
    try {
      AdminApi.Caller caller = harbor ? visit.admin(host).caller() : AdminApi.Caller.USER;
      if (caller == AdminApi.Caller.NOBODY) {
        exam.unknown(name);
        return false;
      }
      visit
          .to(host)
          .send(Request.get("/v2/", MOST_BYTES, "log in to " + host.name()), visit.soon());
      if (harbor && caller == AdminApi.Caller.USER) {
        chart.warning(
            "credentials",
            name + " is a user, not a robot with the fewest rights",
            repairs.robot(host) + ", after correcting " + repairs.field(host, "credentials"));
      } else {
        chart.ok("credentials", host.name() + " takes " + (name.isEmpty() ? "the token" : name));
      }
      return true;
    } catch (Trouble trouble) {
      chart.wrong("credentials", trouble.doubt().tried(), repairs.of(trouble, host));
      return false;
    }
  }

  private boolean anonymous(boolean harbor) throws InterruptedException {
    if (harbor) {
      chart.wrong(
          "credentials",
          "none are configured, so only public projects can be read, and no scan",
          "write {username: \"robot$tidegate\", passwordFile: FILE} as "
              + repairs.field(host, "credentials")
              + ", then: "
              + repairs.robot(host));
      return false;
    }
    chart.ok("credentials", "none are configured: it is asked for what everybody may read");
    return true;
  }
}
