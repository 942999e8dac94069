package dev.tidegate.harbor;

import static dev.tidegate.testkit.FuzzTarget.must;

import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.FuzzTarget;
import java.util.HashSet;
import java.util.List;

/** Fuzzes what Harbor and Trivy write. */
public final class HarborFuzz {
  private HarborFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("harbor-callback", data -> read(data, HarborFuzz::callback)),
        FuzzTarget.of("harbor-report", data -> read(data, HarborFuzz::report)),
        FuzzTarget.of("harbor-artifact", data -> read(data, Answers::artifact)),
        FuzzTarget.of("harbor-accessories", data -> read(data, Answers::accessories)),
        FuzzTarget.of("harbor-project", data -> read(data, Answers::project)),
        FuzzTarget.of("harbor-allow-list", data -> read(data, Answers::systemList)),
        FuzzTarget.of("trivy-report", data -> read(data, HarborFuzz::trivy)));
  }

  /** Reads something. */
  private interface Reader {
    void read(byte[] data);
  }

  private static void read(byte[] data, Reader reader) {
    try {
      reader.read(data);
    } catch (BadValue none) {
      must(!none.problem().isBlank() && !none.fix().isBlank(), "no reason");
      must(none.problem().chars().noneMatch(Character::isISOControl), "control characters");
    }
  }

  private static void callback(byte[] data) {
    List<Hint> hints = Events.read(data);
    must(!hints.isEmpty(), "no hint, and no reason");
    must(new HashSet<>(hints).size() == hints.size(), "a hint is there twice");
    for (Hint hint : hints) {
      switch (hint) {
        case Hint.Pushed pushed -> repository(pushed.repository());
        case Hint.Deleted deleted -> repository(deleted.repository());
        case Hint.Scanned scanned -> repository(scanned.repository());
        case Hint.Replicated replicated -> replicated.projects().forEach(HarborFuzz::plain);
        case Hint.Retained retained -> retained.project().ifPresent(HarborFuzz::plain);
        case Hint.Unknown unknown -> plain(unknown.type());
        case Hint.Quota quota -> {}
        case Hint.Pulled pulled -> {}
      }
    }
  }

  private static void repository(String path) {
    must(new Repository("registry.invalid", path).path().equals(path), "no repository");
  }

  private static void plain(String text) {
    must(text.chars().noneMatch(Character::isISOControl), "control characters");
    must(text.length() <= 300, "a long text");
  }

  private static void report(byte[] data) {
    HarborReports.read(data).ifPresent(HarborFuzz::items);
  }

  private static void trivy(byte[] data) {
    if (TrivyReports.read(data).state() instanceof ScanState.Reported reported) {
      reported.report().ifPresent(HarborFuzz::items);
    }
  }

  private static void items(ScanReport report) {
    must(report.items().size() <= ScanReport.MOST_ITEMS, "too many items");
    must(
        report.items().stream().noneMatch(item -> item.id().isBlank()),
        "an item that no policy can name");
  }
}
