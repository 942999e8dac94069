package dev.tidegate.harbor.admin;

import dev.tidegate.model.Cause;
import dev.tidegate.model.PlainText;
import dev.tidegate.net.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** What has to be done so that the projects of a Harbor tell the gate what happens in them. */
public final class WebhookSetup {
  /** How the gate's webhook policies are called. */
  public static final String NAME = "tidegate";

  private final AdminApi admin;
  private final Webhook.Wanted wanted;

  /**
   * @param admin Harbor as one who may change webhooks
   * @param wanted what they should be
   */
  public WebhookSetup(AdminApi admin, Webhook.Wanted wanted) {
    this.admin = Objects.requireNonNull(admin);
    this.wanted = Objects.requireNonNull(wanted);
  }

  /**
   * How the webhooks of one project stand.
   *
   * @param ours the gate's, as it is now; empty when there is none, or that is not known
   * @param lines what is to be said and done
   */
  public record Looked(String project, Optional<Webhook> ours, List<Line> lines) {
    public Looked {
      Objects.requireNonNull(project);
      Objects.requireNonNull(ours);
      lines = List.copyOf(lines);
    }
  }

  /**
   * How they stand; asks Harbor and changes nothing. Trouble with one project is told in its line.
   *
   * @param projects which; empty for all that we may see
   * @throws Trouble if Harbor cannot be asked at all
   */
  public List<Looked> look(List<String> projects) throws Trouble, InterruptedException {
    List<Looked> all = new ArrayList<>();
    Optional<SortedSet<String>> offered = Optional.empty();
    for (String project : projects.isEmpty() ? admin.projects() : projects) {
      try {
        if (offered.isEmpty()) {
          offered = Optional.of(admin.events(project)); // the same in every project of a Harbor
        }
        all.add(of(project, offered.get()));
      } catch (Trouble trouble) {
        if (everywhere(trouble)) {
          throw trouble;
        }
        Line line = Line.cannot(subject(project), trouble.doubt().tried());
        all.add(new Looked(project, Optional.empty(), List.of(line)));
      }
    }
    return all;
  }

  private static boolean everywhere(Trouble trouble) {
    Cause cause = trouble.doubt().cause();
    return cause.kind() == Cause.Kind.INFRASTRUCTURE || cause == Cause.UNAUTHENTICATED;
  }

  private static String subject(String project) {
    return "webhook of " + PlainText.of(project, 255);
  }

  private Looked of(String project, Set<String> offered) throws Trouble, InterruptedException {
    List<Webhook> there = admin.webhooks(project);
    Optional<Webhook> ours = ours(there);
    List<Line> lines = new ArrayList<>();
    lines.add(
        ours.isEmpty()
            ? Line.create(
                subject(project),
                List.of("sends to " + wanted.address()),
                () -> admin.create(project, Webhook.fresh(wanted, offered)))
            : compared(project, ours.get(), offered));
    there.stream()
        .filter(one -> ours.isPresent() && one.id() != ours.get().id())
        .filter(one -> one.goesTo(wanted.address()))
        .forEach(one ->
            lines.add(
                Line.note(
                    subject(project),
                    "another one, "
                        + PlainText.quote(PlainText.of(one.name(), 100))
                        + ", sends there, too: everything comes twice")));
    return new Looked(project, ours, lines);
  }

  /** The gate's among the policies of a project: by its name, or else by where it sends to. */
  private Optional<Webhook> ours(List<Webhook> there) {
    return there.stream()
        .filter(one -> one.name().equals(wanted.name()))
        .findFirst()
        .or(() -> there.stream().filter(one -> one.goesTo(wanted.address())).findFirst());
  }

  private Line compared(String project, Webhook webhook, Set<String> offered) {
    List<String> differences = webhook.differences(wanted, offered);
    return differences.isEmpty()
        ? Line.right(subject(project))
        : Line.change(
            subject(project),
            differences,
            () -> admin.update(project, webhook, webhook.changed(wanted, offered)));
  }
}
