package dev.tidegate.cli;

import dev.tidegate.harbor.admin.CallbackSecret;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import dev.tidegate.net.Host;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the secrets of callbacks, and whether the gate takes one: an event of a type that is
 * unknown, which it counts and passes over.
 */
final class CallbackExam {
  private static final int MOST_BYTES = 16 * 1024;
  private static final String EVENT =
      "{\"type\": \"TIDEGATE_DOCTOR\", \"operator\": \"tidegate doctor\", \"event_data\": {}}";

  private final Visit visit;
  private final Host host;
  private final Chart chart;
  private final Repairs repairs;

  CallbackExam(Visit visit) {
    this.visit = visit;
    this.host = visit.host();
    this.chart = visit.chart();
    this.repairs = visit.repairs();
  }

  /** The secret that callbacks should carry; notes why none of the file can be used. */
  Optional<String> secret() {
    if (host.callbackSecrets().isEmpty()) {
      return Optional.empty();
    }
    Path file = host.callbackSecrets().get();
    try {
      CallbackSecret secret = CallbackSecret.of(file);
      if (secret.line().isEmpty()) {
        return Optional.of(secret.value());
      }
      chart.wrong("callback secrets", file + " does not exist", repairs.webhooks(host));
    } catch (BadValue bad) {
      chart.wrong("callback secrets", file + " " + bad.problem(), bad.fix());
    }
    return Optional.empty();
  }

  /** Looks at the gate, which {@code secret} is for. */
  void gate(String secret) throws InterruptedException {
    chart.ok("callback secrets", host.callbackSecrets().orElseThrow() + " can be used");
    if (visit.wish().callback().isEmpty()) {
      chart.skipped("gate", "say by --callback URL where Harbor reaches it");
      return;
    }
    URI callback = visit.wish().callback().get();
    try {
      if (refusesOthers(callback) && takes(callback, secret)) {
        chart.ok("gate", callback + " takes callbacks with the secret, and no others");
      }
    } catch (Trouble trouble) {
      chart.wrong(
          "gate",
          trouble.doubt().tried(),
          trouble.field().filter("ca"::equals).isPresent()
              ? "name the CA of the gate by --callback-ca, if Harbor trusts it; else let the gate"
                  + " have a certificate that Harbor trusts"
              : "look at the gate's Service, Ingress and NetworkPolicy, and whether it runs (kubectl"
                  + " -n tidegate-system get pods,svc,ingress,networkpolicy)");
    }
  }

  private boolean refusesOthers(URI callback) throws Trouble, InterruptedException {
    Reply reply = post(callback, Optional.empty());
    if (reply.status() == 401) {
      return true;
    }
    if (reply.none()) {
      chart.wrong(
          "gate",
          "nothing takes callbacks at " + callback + " (404)",
          "correct --callback, or give the gate a file of hosts with callbackSecrets"
              + " (docs/harbor.md)");
    } else {
      chart.wrong(
          "gate",
          "what answers at "
              + callback
              + " takes callbacks without a secret, as the gate never does",
          "correct --callback, or the Ingress or load balancer in between");
    }
    return false;
  }

  private boolean takes(URI callback, String secret) throws Trouble, InterruptedException {
    Reply reply = post(callback, Optional.of(secret));
    if (reply.ok()) {
      return true;
    }
    chart.wrong(
        "gate",
        callback
            + (reply.status() == 401
                ? " does not know the first secret of " + host.callbackSecrets().orElseThrow()
                : " answers "
                    + reply.status()
                    + ": "
                    + PlainText.of(new String(reply.body(), StandardCharsets.UTF_8), 200)),
        "put the file into the Secret tidegate-hosts of the gate, as callbackSecrets of "
            + host.name()
            + " there (docs/install.md)");
    return false;
  }

  private Reply post(URI callback, Optional<String> secret) throws Trouble, InterruptedException {
    Host gate =
        new Host(
            callback.getRawAuthority(),
            URI.create(callback.getScheme() + "://" + callback.getRawAuthority()),
            new Host.TlsFiles(visit.wish().callbackCa(), Optional.empty(), Optional.empty()),
            Optional.empty(),
            Set.of(),
            Set.of(),
            Optional.empty(),
            1,
            100);
    Request request =
        Request.sending(
                "POST",
                callback.getRawPath(),
                Optional.of(EVENT),
                MOST_BYTES,
                "send a callback to " + callback)
            .answeredBy(400, 401, 403);
    return visit
        .to(gate)
        .send(
            secret.map(value -> request.header("Authorization", value)).orElse(request),
            visit.soon());
  }
}
