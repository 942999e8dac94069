package dev.tidegate.harbor.admin;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.ProjectScanner;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Endpoint;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds out what the gate's robot may by asking what the gate asks, about a digest that no image
 * can have: Harbor looks at rights first, so 404 means that it may. Nothing is changed, and no scan
 * begins.
 */
public final class Rights {
  private static final Digest NOBODYS = Digest.parse("sha256:" + "0".repeat(64));
  private static final String NO_SCANNER = "00000000-0000-0000-0000-000000000000";
  private static final int MOST_BYTES = 1 << 20;

  private final String host;
  private final HarborApi api;
  private final Endpoint endpoint;
  private final Supplier<Deadline> soon;

  /**
   * @param host the Harbor's name, as references have it
   * @param api as the robot
   * @param endpoint the same, for its registry
   * @param soon until when one answer is waited for
   */
  public Rights(String host, HarborApi api, Endpoint endpoint, Supplier<Deadline> soon) {
    this.host = Objects.requireNonNull(host);
    this.api = Objects.requireNonNull(api);
    this.endpoint = Objects.requireNonNull(endpoint);
    this.soon = Objects.requireNonNull(soon);
  }

  /**
   * Why {@code right}, one of the gate's (also for the age of scanners' data), cannot be used;
   * empty when it can.
   *
   * @param project where it is tried
   * @param repository a repository there; it need not exist
   */
  public Optional<Doubt> missing(Right right, String project, String repository)
      throws InterruptedException {
    Repository in = new Repository(host, project + "/" + repository);
    return switch (right) {
      case PULL -> pull(in);
      case REPOSITORIES -> doubt(api.repositories(project, 1, soon.get()));
      case ARTIFACT -> doubt(api.artifact(in, NOBODYS, soon.get()));
      case ARTIFACTS -> doubt(api.artifacts(in, 1, soon.get()));
      case REPORT -> doubt(api.report(in, NOBODYS, soon.get()));
      case ACCESSORIES -> doubt(api.accessories(in, NOBODYS, 1, soon.get()));
      case PROJECT -> doubt(api.project(project, soon.get()));
      case PROJECTS -> doubt(api.projects(1, soon.get()));
      case SCAN ->
          switch (api.startScan(in, NOBODYS, soon.get())) {
            case HarborApi.Asked.Refused(Doubt doubt, boolean noImage) ->
                noImage ? Optional.empty() : Optional.of(doubt);
            case HarborApi.Asked.Accepted never ->
                Optional.of(Doubt.of(Cause.MALFORMED, host + " scans an image that cannot exist"));
          };
      case SCANNER -> doubt(api.scannerOf(project, soon.get()));
      case SCANNERS -> api.unreadableScanner(scanner(project), soon.get());
      case END, WEBHOOKS, WEBHOOK, WEBHOOK_CREATE, WEBHOOK_UPDATE ->
          throw new IllegalArgumentException(right + " is none that the gate's questions show");
    };
  }

  /** That of the project: about another one Harbor need not say whether it may be read. */
  private String scanner(String project) throws InterruptedException {
    return api.scannerOf(project, soon.get())
            instanceof
            Evidence.Present<Optional<ProjectScanner>>(Optional<ProjectScanner> one, var at)
        ? one.map(ProjectScanner::id).orElse(NO_SCANNER)
        : NO_SCANNER;
  }

  private static Optional<Doubt> doubt(Evidence<?> evidence) {
    return evidence instanceof Evidence.Unavailable<?>(Doubt doubt)
        ? Optional.of(doubt)
        : Optional.empty();
  }

  private Optional<Doubt> pull(Repository in) throws InterruptedException {
    try {
      Reply reply =
          endpoint.send(
              Request.get(
                      "/v2/" + in.path() + "/manifests/" + NOBODYS, MOST_BYTES, "pull from " + in)
                  .within("repository:" + in.path() + ":pull"),
              soon.get());
      return reply.none()
          ? Optional.empty()
          : Optional.of(Doubt.of(Cause.MALFORMED, host + " has an image that cannot exist"));
    } catch (Trouble trouble) {
      return Optional.of(trouble.doubt());
    }
  }
}
