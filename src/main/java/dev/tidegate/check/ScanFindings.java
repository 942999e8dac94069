package dev.tidegate.check;

import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of a report counts against an image. */
final class ScanFindings {
  /** How many vulnerabilities of one image are named one by one. */
  private static final int TOLD = 10;

  private final ScanJudging.Part part;
  private final ImageScan.Parameters parameters;
  private final Facts facts;
  private final ScanGrace grace;
  private final List<Told> findings = new ArrayList<>();
  private final Set<Doubt> doubts = new LinkedHashSet<>();
  private final Set<String> allowed = new LinkedHashSet<>();

  /**
   * What is said about one thing.
   *
   * @param until when it is tolerated for now: until when (exclusive)
   */
  record Told(Severity severity, String what, String fix, Optional<Instant> until) {
    Told(Severity severity, String what, String fix) {
      this(severity, what, fix, Optional.empty());
    }
  }

  /** Something that counts, and until when it is tolerated. */
  private record Counting(Item item, Optional<Instant> until) {}

  private ScanFindings(
      ScanJudging.Part part, ImageScan.Parameters parameters, ScanGrace grace, Facts facts) {
    this.part = part;
    this.parameters = parameters;
    this.grace = grace;
    this.facts = facts;
  }

  static ScanFindings of(
      ScanJudging.Part part,
      ScanReport report,
      ImageScan.Parameters parameters,
      ScanGrace grace,
      Facts facts) {
    ScanFindings found = new ScanFindings(part, parameters, grace, facts);
    found.judge(report);
    return found;
  }

  List<Told> findings() {
    return findings;
  }

  Set<Doubt> doubts() {
    return doubts;
  }

  /** Ids that would have counted but for an allow list. */
  Set<String> allowed() {
    return allowed;
  }

  private void judge(ScanReport report) {
    if (parameters.endOfLife() == ImageScan.Counts.DENY && report.endOfLife().isPresent()) {
      findings.add(
          new Told(
              Severity.HIGH,
              part.words()
                  + " is made of "
                  + report.endOfLife().get()
                  + ", which gets no security updates any more",
              "build it on a release that is supported"));
    }
    List<Item> counting = new ArrayList<>(distinct(report.items().stream().filter(this::counts)));
    counting.removeIf(this::allowedByPolicy);
    if (!counting.isEmpty()) {
      project().ifPresent(spec -> removeAllowedByProject(counting, spec));
    }
    List<Counting> told = new ArrayList<>(counting.size());
    for (Item item : counting) {
      told.add(new Counting(item, grace.until(part.image(), item, doubts)));
    }
    // What stops the image comes before what is tolerated; each worst first, as it was.
    told.sort(Comparator.comparing(one -> one.until().isPresent()));
    for (Counting one : told.subList(0, Math.min(TOLD, told.size()))) {
      findings.add(
          ScanTexts.tolerated(
              ScanTexts.told(part, one.item(), ended(one.item())), one.until(), facts.now()));
    }
    if (told.size() > TOLD) {
      List<Counting> rest = told.subList(TOLD, told.size());
      findings.add(
          ScanTexts.tolerated(
              ScanTexts.more(part, rest.size(), rest.getFirst().item().severity()),
              rest.stream().allMatch(one -> one.until().isPresent())
                  ? rest.stream().flatMap(one -> one.until().stream()).min(Instant::compareTo)
                  : Optional.empty(),
              facts.now()));
    }
  }

  /** A package that is there several times, in several places, is told once. */
  private static List<Item> distinct(java.util.stream.Stream<Item> items) {
    Map<List<String>, Item> distinct = new LinkedHashMap<>();
    items.forEach(
        item -> distinct.putIfAbsent(List.of(item.id(), item.name(), item.installed()), item));
    return List.copyOf(distinct.values());
  }

  /** Whether {@code item} counts, but for allow lists. */
  private boolean counts(Item item) {
    if (parameters.deny().contains(item.id())) {
      return true;
    }
    if (item.suppressed() && parameters.suppressed() == ImageScan.Counts.IGNORE) {
      return false;
    }
    if (parameters.onlyFixable() && item.fixed().isEmpty()) {
      return false;
    }
    boolean bySeverity =
        parameters.denySeverity().isPresent()
            && (item.severity() == ScanSeverity.UNKNOWN
                ? parameters.unknownSeverity() == ImageScan.Counts.DENY
                : item.severity().atLeast(parameters.denySeverity().get()));
    boolean byScore =
        parameters.cvss().isPresent()
            && (item.score().isPresent()
                ? item.score().get().compareTo(parameters.cvss().get()) >= 0
                : item.severity() == ScanSeverity.UNKNOWN
                    && parameters.unknownSeverity() == ImageScan.Counts.DENY);
    return bySeverity || byScore;
  }

  private boolean allowedByPolicy(Item item) {
    boolean yes =
        !parameters.deny().contains(item.id())
            && entry(item).map(entry -> facts.now().isBefore(entry.until())).orElse(false);
    if (yes) {
      allowed.add(item.id());
    }
    return yes;
  }

  private Optional<AllowedCve> entry(Item item) {
    return parameters.allow().stream().filter(entry -> entry.cve().equals(item.id())).findFirst();
  }

  /** The entry that allowed {@code item} once. */
  private Optional<AllowedCve> ended(Item item) {
    return parameters.deny().contains(item.id()) ? Optional.empty() : entry(item);
  }

  /** The entry for the project that the image is in; no other project's list has a say. */
  private Optional<ProjectListSpec> project() {
    String path = part.image().in().path();
    int slash = path.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String project = path.substring(0, slash);
    return parameters.projectAllowLists().stream()
        .filter(spec -> spec.project().equals(project))
        .findFirst();
  }

  private void removeAllowedByProject(List<Item> counting, ProjectListSpec spec) {
    List<Item> asked = counting.stream().filter(item -> mayAllow(spec, item)).toList();
    if (asked.isEmpty()) {
      return;
    }
    PinnedImage image = part.image();
    ProjectAllowList key = new ProjectAllowList(image.in().registry(), spec.project());
    // The list may have been changed since: what it allowed it may allow no more, so a list that
    // lets something through is as old as the store lets it be, and one that does not is read anew.
    Evidence<CveAllowList> known = facts.get(key);
    if (!(known instanceof Evidence.Present<CveAllowList>(CveAllowList list, var at))
        || !asked.stream().allMatch(item -> list.allows(item.id(), facts.now()))) {
      known = facts.recent(key);
    }
    switch (known) {
      case Evidence.Present<CveAllowList>(CveAllowList list, var at) ->
          asked.stream()
              .filter(item -> list.allows(item.id(), facts.now()))
              .forEach(item -> {
                counting.remove(item);
                allowed.add(item.id());
              });
      case Evidence.Absent<CveAllowList> none -> {} // no project, no list: nothing is allowed
      case Evidence.Unavailable<CveAllowList>(Doubt doubt) -> {
        counting.removeAll(asked); // they may be allowed, so they are doubts, not findings
        doubts.add(doubt);
      }
    }
  }

  private boolean mayAllow(ProjectListSpec spec, Item item) {
    return item.severity() != ScanSeverity.UNKNOWN
        && item.severity().compareTo(spec.maxSeverity()) <= 0
        && !parameters.deny().contains(item.id());
  }
}
