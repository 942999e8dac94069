package dev.tidegate.app;

import dev.tidegate.admission.http.Failures;
import dev.tidegate.document.Problem;
import dev.tidegate.evidence.EvidenceKey.FirstOwing;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.Reconciliation;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Doubt;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.policy.PolicyWatch;
import dev.tidegate.store.StoreEvents;
import java.time.Instant;
import org.jboss.logging.Logger;

/** What the server says about itself, each sentence in one place. */
final class Log implements Failures, CertificateWatch.Listener, PolicyWatch.Listener {
  private static final Logger LOG = Logger.getLogger("dev.tidegate");

  @Override
  public void unexpected(Throwable failure) {
    LOG.error("answering failed; the request was answered as could not decide", failure);
  }

  @Override
  public void connection(Throwable failure) {
    LOG.debug("a connection failed", failure);
  }

  @Override
  public void replaced(ServingPair pair) {
    LOG.infof("serving the certificate that expires at %s", pair.expires());
  }

  @Override
  public void refused(String why) {
    LOG.warnf("a new serving certificate is not taken over, the old one still serves: %s", why);
  }

  @Override
  public void reloaded(PolicyWatch.Reload reload) {
    switch (reload) {
      case PolicyWatch.Reload.Replaced replaced ->
          LOG.infof(
              "policies in force: generation %d, fingerprint %s, %d policies, %d exemptions, %d deny"
                  + " lists",
              replaced.set().generation(),
              replaced.set().fingerprint(),
              replaced.set().policies().size(),
              replaced.set().exemptions().size(),
              replaced.set().denyLists().size());
      case PolicyWatch.Reload.Refused refused ->
          LOG.errorf(
              "policies cannot be used, generation %d stays in force", refused.kept().generation());
    }
    for (Problem problem : reload.problems()) {
      if (problem.severity() == Problem.Severity.ERROR) {
        LOG.errorf("policy %s", problem);
      } else {
        LOG.warnf("policy %s", problem);
      }
    }
  }

  void mode(GlobalMode mode) {
    switch (mode) {
      case AUDIT -> LOG.warn("switched to audit for all policies: nothing is refused");
      case ENFORCE -> LOG.warn("switched to enforce: policies decide");
    }
  }

  void switchProblem(Problem problem) {
    LOG.errorf("switch %s", problem);
  }

  void defect(String where, Throwable defect) {
    LOG.errorf(defect, "a defect in %s; it became could not decide", where);
  }

  void cluster(String what, Throwable failure) {
    LOG.warnf("reading %s from the API server failed, it is tried again: %s", what, failure);
  }

  void debt(FirstOwing owing, Debts.Outcome outcome) {
    LOG.infof(
        "%s in namespace %s was let through for now and is judged again: %s",
        owing.workload(), owing.namespace(), DecisionLine.lower(outcome));
  }

  void rechecked(Rechecks.Result result) {
    String what =
        "%s was let through without a scan in namespace %s for %s from %s on, and is judged now: %s"
            .formatted(
                result.image(),
                result.namespace(),
                String.join(", ", result.workloads()),
                result.since(),
                DecisionLine.lower(result.judged()));
    if (result.judged() == Rechecks.Judged.PASSED) {
      LOG.info(what);
    } else {
      LOG.warn(what + "; " + String.join("; ", result.problems()));
    }
  }

  void file(StoreEvents.FileEvent event, String detail) {
    switch (event) {
      case OPENED -> LOG.infof("remembering evidence in %s", detail);
      case UNUSABLE ->
          LOG.warnf("evidence is remembered in memory only, the file is tried again: %s", detail);
      case SET_ASIDE -> LOG.warnf("the file of evidence: %s", detail);
      case DAMAGED -> LOG.warnf("a record of the file of evidence is not used: %s", detail);
      case FORGED ->
          LOG.errorf(
              "a record of the file of evidence has no genuine seal and is not used; unless its key"
                  + " was just removed, somebody else writes that file: %s",
              detail);
    }
  }

  void secrets(String host, BadValue bad) {
    LOG.errorf(
        "the secrets of callbacks of %s cannot be read, those of before count: %s; %s",
        host, bad.problem(), bad.fix());
  }

  void notPassedOn(String why) {
    LOG.warnf("callbacks are not passed on to other replicas: %s", why);
  }

  void replicaFile(BadValue bad) {
    LOG.errorf(
        "a file for talking with other replicas cannot be used, what it said before counts: %s; %s",
        bad.problem(), bad.fix());
  }

  void missed(String replica, String why) {
    LOG.warnf(
        "a callback was not passed on to replica %s, which will be told to look at everything: %s",
        replica, why);
  }

  void forwardRefused(String why) {
    LOG.warnf(
        "something that claims to come from another replica was refused (%s); unless keys or clocks"
            + " of the replicas differ, somebody else sends it",
        why);
  }

  void reconciled(String host, Reconciliation.Outcome outcome) {
    outcome
        .down()
        .ifPresent(doubt ->
            LOG.warnf(
                "comparing what is remembered with %s was broken off and is tried again: %s",
                host, doubt.tried()));
    if (outcome.refused() > 0) {
      LOG.warnf(
          "%d lists of %s cannot be read, and new images there are not seen without a callback: let"
              + " the robot list projects, repositories and artifacts",
          outcome.refused(), host);
    }
    if (outcome.differences() > 0 || outcome.unanswered() > 0) {
      LOG.infof(
          "compared with %s: %d repositories, %d artifacts, %d looked at again, %d left for the"
              + " next time",
          host,
          outcome.repositories(),
          outcome.artifacts(),
          outcome.differences(),
          outcome.unanswered());
    }
  }

  void credentialsEnd(String host, Instant end, boolean over) {
    LOG.warnf(
        "the credentials of %s %s at %s; a robot of Harbor is renewed by: tidegate harbor setup"
            + " --days 180",
        host, over ? "have ended" : "end", end);
  }

  void scanAsked(String host, HarborApi.Asked answer) {
    if (answer instanceof HarborApi.Asked.Refused(Doubt doubt, var noImage)) {
      LOG.warnf("asking %s for a scan was refused: %s", host, doubt.tried());
    }
  }

  void selfTest() {
    LOG.error("the self-test of verification failed: this replica will not become ready");
  }

  void serving(int port) {
    LOG.infof("answering admissions on port %d", port);
  }

  void cannotServe(String problem) {
    LOG.errorf("cannot serve: %s", problem);
  }
}
