package dev.tidegate.cli;

import dev.tidegate.harbor.admin.AdminApi;
import dev.tidegate.harbor.admin.Delivery;
import dev.tidegate.harbor.admin.Line;
import dev.tidegate.harbor.admin.Webhook;
import dev.tidegate.harbor.admin.WebhookSetup;
import dev.tidegate.model.Cause;
import dev.tidegate.net.Host;
import dev.tidegate.net.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the webhooks of projects, and at what came of their callbacks: the only proof that
 * Harbor reaches the gate.
 */
final class WebhookExam {
  private static final int MOST_PROJECTS = 100;
  private static final int MOST_TOLD = 10;

  private final Visit visit;
  private final Host host;
  private final Chart chart;
  private final Repairs repairs;
  private final AdminApi api;
  private final WebhookSetup setup;

  /**
   * @param api as whoever may look at webhooks
   * @param secret that they should carry
   */
  WebhookExam(Visit visit, AdminApi api, String secret) {
    this.visit = visit;
    this.host = visit.host();
    this.chart = visit.chart();
    this.repairs = visit.repairs();
    this.api = api;
    this.setup =
        new WebhookSetup(
            api,
            new Webhook.Wanted(
                WebhookSetup.NAME,
                visit.wish().callback().orElseThrow(),
                secret,
                visit.wish().verified()));
  }

  /** Looks. */
  void look() throws InterruptedException {
    try {
      List<String> projects = projects();
      if (projects.isEmpty()) {
        chart.skipped("webhooks", "there is no project");
        return;
      }
      api.webhooks(projects.getFirst()); // refused once, and not for each project
      List<WebhookSetup.Looked> looked = setup.look(projects);
      compare(looked.stream().flatMap(one -> one.lines().stream()).toList());
      deliveries(looked);
    } catch (Trouble trouble) {
      if (trouble.doubt().cause() == Cause.FORBIDDEN) {
        chart.skipped(
            "webhooks",
            host.identity()
                + " may not look at them: give --user and --password-file of one who may");
      } else {
        chart.wrong("webhooks", trouble.doubt().tried(), repairs.of(trouble, host));
      }
    }
  }

  private List<String> projects() throws Trouble, InterruptedException {
    if (!visit.wish().projects().isEmpty()) {
      return visit.wish().projects();
    }
    List<String> all = api.projects();
    if (all.size() > MOST_PROJECTS) {
      chart.skipped(
          "webhooks of "
              + (all.size() - MOST_PROJECTS)
              + " projects, from "
              + all.get(MOST_PROJECTS)
              + " on",
          MOST_PROJECTS + " are looked at; name others by --project");
      return all.subList(0, MOST_PROJECTS);
    }
    return all;
  }

  private void compare(List<Line> lines) {
    List<Line> off = new ArrayList<>();
    int right = 0;
    for (Line line : lines) {
      switch (line.kind()) {
        case RIGHT -> right++;
        case NOTE ->
            chart.warning(
                line.subject(),
                String.join("; ", line.details()),
                "remove one of them in Harbor: Webhooks of the project");
        case CREATE, CHANGE, CANNOT -> off.add(line);
      }
    }
    for (Line line : off.subList(0, Math.min(off.size(), MOST_TOLD))) {
      chart.wrong(
          line.subject(),
          line.kind() == Line.Kind.CREATE ? "there is none" : String.join("; ", line.details()),
          repairs.webhooks(host));
    }
    if (off.size() > MOST_TOLD) {
      chart.wrong(
          "webhooks of " + (off.size() - MOST_TOLD) + " further projects",
          "are not as they should be",
          repairs.webhooks(host));
    }
    if (right > 0) {
      chart.ok("webhooks", "as they should be in " + counted(right));
    }
  }

  private static String counted(int projects) {
    return projects + (projects == 1 ? " project" : " projects");
  }

  /** How many projects' callbacks fared in which way. */
  private void deliveries(List<WebhookSetup.Looked> looked) throws Trouble, InterruptedException {
    int taken = 0;
    int silent = 0;
    int lost = 0;
    for (WebhookSetup.Looked one : looked) {
      if (one.ours().isEmpty()) {
        continue; // told of already
      }
      Optional<List<Delivery>> deliveries = api.deliveries(one.project(), one.ours().get());
      if (deliveries.isEmpty()) {
        chart.skipped("deliveries", "this Harbor does not tell of them, as before 2.8");
        return;
      }
      List<Delivery> over =
          deliveries.get().stream()
              .filter(delivery -> delivery.result() != Delivery.Result.UNDER_WAY)
              .toList();
      long failed =
          over.stream().filter(delivery -> delivery.result() == Delivery.Result.LOST).count();
      if (over.isEmpty()) {
        silent++;
      } else if (failed == 0) {
        taken++;
      } else if (++lost <= MOST_TOLD) {
        lost(one.project(), over, failed);
      }
    }
    if (lost > MOST_TOLD) {
      chart.wrong(
          "deliveries of " + (lost - MOST_TOLD) + " further projects",
          "were lost",
          "see those above");
    }
    if (taken > 0) {
      chart.ok("deliveries", "the last callbacks of " + counted(taken) + " were taken");
    }
    if (silent > 0) {
      chart.skipped(
          "deliveries",
          counted(silent) + " sent no callback yet: push an image there, then look again");
    }
  }

  private void lost(String project, List<Delivery> over, long failed) {
    Delivery last = over.getFirst();
    String subject = "deliveries of " + project;
    String where =
        "Harbor says why: Webhooks of project "
            + project
            + ", "
            + WebhookSetup.NAME
            + ", Executions, Logs; often the address is not reached from Harbor, or its certificate"
            + " not trusted there";
    if (last.result() == Delivery.Result.LOST) {
      chart.wrong(
          subject,
          "the last callback, of "
              + last.at()
              + ", was lost, as "
              + failed
              + " of the last "
              + over.size(),
          where);
    } else {
      chart.warning(
          subject,
          failed + " of the last " + over.size() + " callbacks were lost, but not the last one",
          where);
    }
  }
}
