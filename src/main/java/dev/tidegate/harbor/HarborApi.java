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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The questions that are put to one Harbor's API (v2.0). */
public final class HarborApi {
  private static final int LONGEST_WAIT_SECONDS = 3600;

  private final String host;
  private final Http http;
  private final InstantSource clock;

  /**
   * @param host the Harbor's registry host, with its port if it has one, for texts
   * @param http how it is asked
   */
  public HarborApi(String host, Http http, InstantSource clock) {
    this.host = Objects.requireNonNull(host);
    this.http = Objects.requireNonNull(http);
    this.clock = Objects.requireNonNull(clock);
  }

  /** What came of asking for a scan. */
  public sealed interface Asked {
    /** It was accepted, or one was under way already. */
    record Accepted() implements Asked {}

    /** It was not. */
    record Refused(Doubt doubt) implements Asked {}
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
        "/api/v2.0/projects/" + encoded(name),
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

  /** The names of the projects that the credential may see, one page, from 1. */
  public Evidence<Page<String>> projects(int page, Deadline deadline) throws InterruptedException {
    return page("/api/v2.0/projects?with_detail=false", page, deadline, Listings::projects);
  }

  /** The repositories of a project, one page, from 1; absent when there is no such project. */
  Evidence<Page<Listings.Listed>> repositories(String project, int page, Deadline deadline)
      throws InterruptedException {
    return page(
        "/api/v2.0/projects/" + encoded(project) + "/repositories?sort=-update_time",
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
    return switch (http.ask(
        new Http.Request(
            Http.Method.POST, artifactPath(in, digest) + "/scan", Map.of(), Answers.MOST_BYTES),
        deadline)) {
      case Http.NoReply(Doubt doubt) -> new Asked.Refused(doubt);
      case Http.Reply reply when reply.status() / 100 == 2 || reply.status() == 409 ->
          new Asked.Accepted();
      case Http.Reply reply -> new Asked.Refused(refusal(reply));
    };
  }

  private <T> Evidence<T> get(
      String path,
      Map<String, String> headers,
      int mostBytes,
      Deadline deadline,
      Function<byte[], T> reading)
      throws InterruptedException {
    Map<String, String> sent = new HashMap<>(headers);
    sent.put("Accept", "application/json");
    Instant asked = clock.instant();
    Http.Result result =
        http.ask(new Http.Request(Http.Method.GET, path, sent, mostBytes), deadline);
    return switch (result) {
      case Http.NoReply(Doubt doubt) -> new Evidence.Unavailable<>(doubt);
      case Http.Reply reply when reply.status() == 200 -> read(reply.body(), asked, reading);
      case Http.Reply reply when reply.status() == 404 -> new Evidence.Absent<>(asked);
      case Http.Reply reply -> new Evidence.Unavailable<>(refusal(reply));
    };
  }

  private <T> Evidence<T> read(byte[] body, Instant asked, Function<byte[], T> reading) {
    try {
      return new Evidence.Present<>(reading.apply(body), asked);
    } catch (BadValue bad) {
      return new Evidence.Unavailable<>(
          Doubt.of(Cause.MALFORMED, "the answer of " + host + " cannot be read: " + bad.problem()));
    }
  }

  private Doubt refusal(Http.Reply reply) {
    int status = reply.status();
    Cause cause =
        switch (status) {
          case 401 -> Cause.UNAUTHENTICATED;
          case 403 -> Cause.FORBIDDEN;
          case 429 -> Cause.THROTTLED;
          default -> status >= 500 && status < 600 ? Cause.SERVER_ERROR : Cause.MALFORMED;
        };
    String what =
        switch (cause) {
          case UNAUTHENTICATED -> " refuses the credential (401)";
          case FORBIDDEN -> " does not allow the robot to read this (403)";
          case THROTTLED -> " says to ask more slowly (429)";
          case SERVER_ERROR -> " failed (" + status + ")";
          default -> " answered " + status + ", which is not expected";
        };
    return new Doubt(cause, host + what, retryAt(reply));
  }

  private Optional<Instant> retryAt(Http.Reply reply) {
    return reply
        .header("retry-after")
        .filter(text -> text.matches("[0-9]{1,4}"))
        .map(Integer::parseInt)
        .map(seconds -> Math.min(seconds, LONGEST_WAIT_SECONDS))
        .map(seconds -> clock.instant().plus(Duration.ofSeconds(seconds)));
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
        + encoded(in.path().substring(0, slash))
        + "/repositories/"
        + encoded(encoded(in.path().substring(slash + 1)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
