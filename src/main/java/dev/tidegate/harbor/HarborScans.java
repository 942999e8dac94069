package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Scans as the Harbors that are configured tell of them. */
public final class HarborScans implements EvidenceSource<Scan, ScanState> {
  private final Map<String, HarborApi> harbors;
  private final LastReports last;
  private final Databases databases;

  /**
   * @param harbors by the registry host that references have
   * @param last remembers good reports
   * @param databases knows how new the scanners' data was
   */
  HarborScans(Map<String, HarborApi> harbors, LastReports last, Databases databases) {
    this.harbors = Map.copyOf(harbors);
    this.last = Objects.requireNonNull(last);
    this.databases = Objects.requireNonNull(databases);
  }

  @Override
  public Class<Scan> serves() {
    return Scan.class;
  }

  @Override
  public Evidence<ScanState> obtain(Scan key, Errand errand) throws InterruptedException {
    if (key.source() != ScanSource.HARBOR) {
      return unavailable(
          "there are no report files here; policies of the gate name source: harbor");
    }
    PinnedImage image = key.image();
    HarborApi harbor = harbors.get(image.in().registry());
    if (harbor == null || image.in().path().indexOf('/') < 0) {
      return unavailable(image.in() + " is in no Harbor that is configured");
    }
    return switch (harbor.artifact(image.in(), image.digest(), errand.budget())) {
      case Evidence.Absent<Artifact>(var at) -> notThere(key, harbor, at, errand);
      case Evidence.Unavailable<Artifact>(Doubt doubt) -> new Evidence.Unavailable<>(doubt);
      case Evidence.Present<Artifact>(Artifact artifact, var at)
          when artifact.scan().map(Artifact.Overview::succeeded).orElse(false) ->
          switch (harbor.report(image.in(), image.digest(), errand.budget())) {
            case Evidence.Absent<Optional<ScanReport>>(var gone) -> new Evidence.Absent<>(gone);
            case Evidence.Unavailable<Optional<ScanReport>>(Doubt doubt) ->
                new Evidence.Unavailable<>(doubt);
            case Evidence.Present<Optional<ScanReport>>(Optional<ScanReport> report, var then) ->
                // Known since the artifact was asked for; a scan that began in between shows.
                new Evidence.Present<>(
                    state(key, artifact, dated(key, harbor, artifact, report, errand), errand), at);
          };
      case Evidence.Present<Artifact>(Artifact artifact, var at) ->
          new Evidence.Present<>(state(key, artifact, Optional.empty(), errand), at);
    };
  }

  /**
   * There is no such artifact: in a proxy cache it comes with the first pull, elsewhere it does not
   * exist. Which of the two says the project alone, and only if it can be read: what nobody has
   * scanned is never let through because Harbor has trouble with another question.
   */
  private Evidence<ScanState> notThere(Scan key, HarborApi harbor, Instant at, Errand errand)
      throws InterruptedException {
    PinnedImage image = key.image();
    return switch (harbor.project(project(key), errand.budget())) {
      case Evidence.Present<Project>(Project project, var then) when project.proxyCache() -> {
        ScanState state = new ScanState.NotCached(Optional.empty());
        yield new Evidence.Present<>(
            before(key, errand).map(state::withLastGood).orElse(state), at);
      }
      case Evidence.Present<Project> ordinary -> new Evidence.Absent<>(at);
      case Evidence.Absent<Project> none -> new Evidence.Absent<>(at);
      case Evidence.Unavailable<Project>(Doubt doubt) ->
          new Evidence.Unavailable<>(
              Doubt.of(
                  Cause.NOT_SCANNED,
                  image
                      + " is not in Harbor, so nobody scanned it, and whether its project is a proxy"
                      + " cache cannot be read: "
                      + doubt.tried()));
    };
  }

  private Optional<ScanReport> dated(
      Scan key, HarborApi harbor, Artifact artifact, Optional<ScanReport> report, Errand errand)
      throws InterruptedException {
    return report.isEmpty()
        ? report
        : Optional.of(
            databases.dated(
                report.get(),
                new Databases.Scanning(
                    harbor,
                    project(key),
                    artifact.scan().flatMap(Artifact.Overview::started),
                    () -> before(key, errand)),
                errand.budget()));
  }

  private static String project(Scan key) {
    String path = key.image().in().path();
    return path.substring(0, path.indexOf('/'));
  }

  private Optional<ScanReport> before(Scan key, Errand errand) {
    return last.of(key).or(() -> errand.before(key).flatMap(ScanState::report));
  }

  private ScanState state(Scan key, Artifact artifact, Optional<ScanReport> report, Errand errand) {
    ScanState state = ScanStates.of(artifact, report);
    Optional<ScanReport> before = before(key, errand);
    if (state instanceof ScanState.Reported(ScanReport good)) {
      ScanReport compared = before.map(good::after).orElse(good);
      last.remember(key, compared);
      return new ScanState.Reported(compared);
    }
    return before.map(state::withLastGood).orElse(state);
  }

  private static Evidence<ScanState> unavailable(String why) {
    return new Evidence.Unavailable<>(Doubt.of(Cause.NOT_CONFIGURED, why));
  }
}
