package dev.tidegate.harbor;

import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Endpoint;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The questions that are put to one Harbor's API (v2.0). */
public final class HarborApi {
  /** What Harbor answers to the wish for a scan when there is one already. */
  private static final int UNDER_WAY = 409;

  private static final int MOST_ROBOT_PAGES = 20;

  private final String host;
  private final Endpoint endpoint;
  private final InstantSource clock;

  /**
   * @param host the Harbor's registry host, with its port if it has one, for texts
   * @param endpoint how it is asked
   */
  public HarborApi(String host, Endpoint endpoint, InstantSource clock) {
    this.host = Objects.requireNonNull(host);
    this.endpoint = Objects.requireNonNull(endpoint);
    this.clock = Objects.requireNonNull(clock);
  }

  /** What came of asking for a scan. */
  public sealed interface Asked {
    /** It was accepted, or one was under way already. */
    record Accepted() implements Asked {}

    /**
     * It was not.
     *
     * @param noImage whether that is because there is no such image: it may be asked for
     */
    record Refused(Doubt doubt, boolean noImage) implements Asked {}
  }

  /** An artifact with its scan; absent when there is none. */
  public Evidence<Artifact> artifact(Repository in, Digest digest, Deadline deadline)
      throws InterruptedException {
    return get(
        artifactPath(in, digest)
            + "?with_scan_overview=true&with_sbom_overview=true&with_tag=true"
            + "&with_accessory=true&with_label=false&with_immutable_status=false",
        Map.of("X-Accept-Vulnerabilities", HarborReports.ACCEPT),
        Answers.MOST_BYTES,
        deadline,
        bytes -> {
          Artifact artifact = Answers.artifact(bytes);
          if (!artifact.digest().equals(digest) || !artifact.repository().equals(in.path())) {
            throw new BadValue(
                "Harbor answered about another artifact than it was asked for",
                "look for a proxy in between that rewrites paths");
          }
          return artifact;
        });
  }

  /**
   * The vulnerability report of an artifact; {@code Present} and empty when Harbor has none, absent
   * when there is no such artifact.
   */
  public Evidence<Optional<ScanReport>> report(Repository in, Digest digest, Deadline deadline)
      throws InterruptedException {
    return get(
        artifactPath(in, digest) + "/additions/vulnerabilities",
        Map.of("X-Accept-Vulnerabilities", HarborReports.ACCEPT),
        HarborReports.MOST_BYTES,
        deadline,
        HarborReports::read);
  }

  /** What refers to an artifact, one page of at most 100; absent when there is no such artifact. */
  public Evidence<List<Artifact.Accessory>> accessories(
      Repository in, Digest digest, int page, Deadline deadline) throws InterruptedException {
    if (page < 1) {
      throw new IllegalArgumentException("pages are counted from 1");
    }
    return get(
        artifactPath(in, digest) + "/accessories?page_size=100&page=" + page,
        Map.of(),
        Answers.MOST_BYTES,
        deadline,
        Answers::accessories);
  }

  /** A project; absent when there is none. */
  public Evidence<Project> project(String name, Deadline deadline) throws InterruptedException {
    // Without the header a name of digits is taken for a number.
    return get(
        "/api/v2.0/projects/" + Request.encoded(name),
        Map.of("X-Is-Resource-Name", "true"),
        Answers.MOST_BYTES,
        deadline,
        bytes -> {
          Project project = Answers.project(bytes);
          if (!project.name().equals(name)) {
            throw new BadValue(
                "Harbor answered about another project than it was asked for",
                "look for a proxy in between that rewrites paths");
          }
          return project;
        });
  }

  /**
   * The scanner that scans for a project; present and empty when there is none, absent when there
   * is no such project.
   */
  public Evidence<Optional<ProjectScanner>> scannerOf(String project, Deadline deadline)
      throws InterruptedException {
    return get(
        "/api/v2.0/projects/" + Request.encoded(project) + "/scanner",
        Map.of("X-Is-Resource-Name", "true"),
        Answers.MOST_BYTES,
        deadline,
        ScannerAnswers::registration);
  }

  /**
   * Why the credential may not read what a scanner says of itself, for instance because it has not
   * the right; empty when it may.
   *
   * @param id of a registration; it need not exist
   */
  public Optional<Doubt> unreadableScanner(String id, Deadline deadline)
      throws InterruptedException {
    return scanner(id, deadline)
            instanceof Evidence.Unavailable<Optional<ScannerAnswers.Adapter>>(Doubt doubt)
        ? Optional.of(doubt)
        : Optional.empty();
  }

  /** A scanner at the moment, always present in a {@code Present}; absent when there is none. */
  Evidence<Optional<ScannerAnswers.Adapter>> scanner(String id, Deadline deadline)
      throws InterruptedException {
    return get(
        "/api/v2.0/scanners/" + Request.encoded(id) + "/metadata",
        Map.of(),
        Answers.MOST_BYTES,
        deadline,
        bytes -> Optional.of(ScannerAnswers.adapter(bytes)));
  }

  /** The names of the projects that the credential may see, one page, from 1. */
  public Evidence<Page<String>> projects(int page, Deadline deadline) throws InterruptedException {
    return page("/api/v2.0/projects?with_detail=false", page, deadline, Listings::projects);
  }

  /** The repositories of a project, one page, from 1; absent when there is no such project. */
  public Evidence<Page<Listings.Listed>> repositories(String project, int page, Deadline deadline)
      throws InterruptedException {
    return page(
        "/api/v2.0/projects/" + Request.encoded(project) + "/repositories?sort=-update_time",
        page,
        deadline,
        Listings::repositories);
  }

  /**
   * The artifacts of a repository with their scans, tags and accessories, one page, from 1, those
   * that were pushed last first; absent when there is no such repository. Accessories are not among
   * them, nor parts of indexes that have no tag of their own.
   */
  public Evidence<Page<Artifact>> artifacts(Repository in, int page, Deadline deadline)
      throws InterruptedException {
    return page(
        repositoryPath(in)
            + "/artifacts?sort=-push_time&with_scan_overview=true&with_sbom_overview=true"
            + "&with_tag=true&with_accessory=true&with_label=false",
        page,
        deadline,
        bytes -> {
          List<Artifact> artifacts = Listings.artifacts(bytes);
          if (artifacts.stream().anyMatch(one -> !one.repository().equals(in.path()))) {
            throw new BadValue(
                "Harbor answered about another repository than it was asked for",
                "look for a proxy in between that rewrites paths");
          }
          return artifacts;
        });
  }

  /**
   * When the robot account {@code name} ends; {@code Present} and empty when never, absent when
   * there is none of that name that the credential may see.
   *
   * @param name its whole name
   */
  public Evidence<Optional<Instant>> end(String name, Deadline deadline)
      throws InterruptedException {
    for (int page = 1; page <= MOST_ROBOT_PAGES; page++) {
      Evidence<Page<Listings.Account>> robots =
          page("/api/v2.0/robots?sort=id", page, deadline, Listings::robots);
      switch (robots) {
        case Evidence.Present<Page<Listings.Account>>(Page<Listings.Account> some, var at) -> {
          Optional<Listings.Account> found =
              some.entries().stream().filter(robot -> robot.name().equals(name)).findFirst();
          if (found.isPresent()) {
            return new Evidence.Present<>(found.get().ends(), at);
          }
          if (!some.more()) {
            return new Evidence.Absent<>(at);
          }
        }
        case Evidence.Absent<Page<Listings.Account>>(var at) -> {
          return new Evidence.Absent<>(at);
        }
        case Evidence.Unavailable<Page<Listings.Account>>(Doubt doubt) -> {
          return new Evidence.Unavailable<>(doubt);
        }
      }
    }
    return new Evidence.Unavailable<>(
        Doubt.of(Cause.TOO_LARGE, host + " has more robot accounts than are looked through"));
  }

  private <T> Evidence<Page<T>> page(
      String path, int page, Deadline deadline, Function<byte[], List<T>> reading)
      throws InterruptedException {
    if (page < 1) {
      throw new IllegalArgumentException("pages are counted from 1");
    }
    return get(
        path + "&page_size=" + Page.MOST + "&page=" + page,
        Map.of("X-Accept-Vulnerabilities", HarborReports.ACCEPT),
        Answers.MOST_BYTES,
        deadline,
        bytes -> {
          List<T> entries = reading.apply(bytes);
          return new Page<>(entries, entries.size() == Page.MOST);
        });
  }

  /** The system's list of tolerated vulnerabilities. */
  public Evidence<CveAllowList> systemList(Deadline deadline) throws InterruptedException {
    return get(
        "/api/v2.0/system/CVEAllowlist",
        Map.of(),
        Answers.MOST_BYTES,
        deadline,
        Answers::systemList);
  }

  /** Asks for a scan. */
  public Asked startScan(Repository in, Digest digest, Deadline deadline)
      throws InterruptedException {
    String what = "ask " + host + " to scan an image of " + in.path();
    try {
      Reply reply =
          endpoint.send(
              Request.sending(
                      "POST",
                      artifactPath(in, digest) + "/scan",
                      Optional.empty(),
                      Answers.MOST_BYTES,
                      what)
                  .answeredBy(UNDER_WAY)
                  .withPassword(),
              deadline);
      return reply.none()
          ? new Asked.Refused(
              Doubt.of(Cause.MALFORMED, "tried to " + what + ", but it has no such image (404)"),
              true)
          : new Asked.Accepted();
    } catch (Trouble trouble) {
      return new Asked.Refused(trouble.doubt(), false);
    }
  }

  private <T> Evidence<T> get(
      String path,
      Map<String, String> headers,
      int mostBytes,
      Deadline deadline,
      Function<byte[], T> reading)
      throws InterruptedException {
    Request request =
        Request.get(path, mostBytes, "ask Harbor " + host)
            .withPassword()
            .accept("application/json");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request = request.header(header.getKey(), header.getValue());
    }
    Instant asked = clock.instant();
    try {
      Reply reply = endpoint.send(request, deadline);
      if (reply.none()) {
        return new Evidence.Absent<>(asked);
      }
      return reply.ok()
          ? read(reply.body(), asked, reading)
          : new Evidence.Unavailable<>(unexpected(reply));
    } catch (Trouble trouble) {
      return new Evidence.Unavailable<>(trouble.doubt());
    }
  }

  private <T> Evidence<T> read(byte[] body, Instant asked, Function<byte[], T> reading) {
    try {
      return new Evidence.Present<>(reading.apply(body), asked);
    } catch (BadValue bad) {
      return new Evidence.Unavailable<>(
          Doubt.of(Cause.MALFORMED, "the answer of " + host + " cannot be read: " + bad.problem()));
    }
  }

  private Doubt unexpected(Reply reply) {
    return Doubt.of(
        Cause.MALFORMED, host + " answered " + reply.status() + ", which is not expected");
  }

  /** The path of an artifact. */
  static String artifactPath(Repository in, Digest digest) {
    return repositoryPath(in) + "/artifacts/" + digest;
  }

  /** The path of a repository; its slashes are encoded twice, as Harbor wants them. */
  private static String repositoryPath(Repository in) {
    int slash = in.path().indexOf('/');
    if (slash < 0) {
      throw new BadValue(
          in + " is in no project", "write the project before the repository, with a slash");
    }
    return "/api/v2.0/projects/"
        + Request.encoded(in.path().substring(0, slash))
        + "/repositories/"
        + Request.encoded(Request.encoded(in.path().substring(slash + 1)));
  }
}
