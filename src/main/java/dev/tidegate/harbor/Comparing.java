package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One Harbor's lists against memory, run after run. Used by one thread at a time. */
final class Comparing {
  /** Repositories that memory knows something of come first. */
  private static final int MOST_REPOSITORIES = 5_000;

  private static final int AT_A_TIME = 64;
  private static final int MOST_MARKS = 200_000;
  private static final int MOST_PUSHES = 1_000;

  /** What was pushed earlier and is not known is not gathered before somebody asks. */
  private static final Duration FRESH = Duration.ofHours(24);

  private final String host;
  private final Survey survey;
  private final Remembered memory;
  private final InstantSource clock;

  /** What lists said when all that is known was in accordance with it. */
  private final Map<PinnedImage, Mark> marks = new HashMap<>();

  private final Map<Repository, String> updated = new HashMap<>();

  /** What was known when the last run began. */
  private Set<Fetched<?>> compared = Set.of();

  Comparing(String host, Survey survey, Remembered memory, InstantSource clock) {
    this.host = host;
    this.survey = survey;
    this.memory = memory;
    this.clock = clock;
  }

  /** Counts of one run, and why it cannot go on. */
  private static final class Tally {
    private int repositories;
    private int artifacts;
    private int differences;
    private int refused;
    private int unanswered;
    private int pushes;
    private Optional<Doubt> down = Optional.empty();

    private Reconciliation.Outcome outcome() {
      return new Reconciliation.Outcome(
          repositories, artifacts, differences, refused, unanswered, down);
    }
  }

  Reconciliation.Outcome run() throws InterruptedException {
    Tally tally = new Tally();
    if (marks.size() > MOST_MARKS) {
      marks.clear(); // everything known is looked at once more, and no harm is done
      updated.clear();
    }
    Map<Repository, Set<Fetched<?>>> known = known();
    compared = known.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    Set<String> projects = new LinkedHashSet<>();
    known.keySet().forEach(in -> projects.add(project(in)));
    switch (survey.projects()) {
      case Survey.Read.All<String>(List<String> all) -> projects.addAll(all);
      // The projects of what is known are tried all the same.
      case Survey.Read.Refused<String> refused -> tally.refused++;
      case Survey.Read.Down<String>(Doubt doubt) -> tally.down = Optional.of(doubt);
    }
    if (tally.down.isEmpty()) {
      look(memory.known(this::isAllowList), tally);
    }
    for (Repository in : repositories(projects, known, tally)) {
      if (tally.down.isPresent()) {
        break;
      }
      compare(in, known.getOrDefault(in, Set.of()), tally);
    }
    return tally.outcome();
  }

  /**
   * Looks again at what was found in the file while the last run went on: it was not compared, and
   * may be about what is gone. To be asked once the file is doubted, so that no more of it comes.
   *
   * @param outcome of the last run
   * @param moment what is from before it comes from the file
   */
  Reconciliation.Outcome foundMeanwhile(Reconciliation.Outcome outcome, Instant moment)
      throws InterruptedException {
    Set<Fetched<?>> found = new LinkedHashSet<>();
    known().values().forEach(found::addAll);
    found.removeAll(compared);
    found.addAll(memory.known(this::isAllowList));
    found.removeIf(key -> memory.peek(key, moment) != null);
    Tally tally = new Tally();
    look(found, tally);
    return new Reconciliation.Outcome(
        outcome.repositories(),
        outcome.artifacts(),
        outcome.differences() + found.size(),
        outcome.refused(),
        outcome.unanswered() + tally.unanswered,
        outcome.down());
  }

  private boolean isAllowList(Fetched<?> key) {
    return key instanceof ProjectAllowList list && list.registry().equals(host);
  }

  private Map<Repository, Set<Fetched<?>>> known() {
    Map<Repository, Set<Fetched<?>>> known = new LinkedHashMap<>();
    for (Fetched<?> key : memory.known(one -> in(one).isPresent())) {
      in(key)
          .filter(in -> in.registry().equals(host) && in.path().indexOf('/') > 0)
          .ifPresent(in -> known.computeIfAbsent(in, none -> new LinkedHashSet<>()).add(key));
    }
    return known;
  }

  private static Optional<Repository> in(Fetched<?> key) {
    return switch (key) {
      case Resolution tag -> Optional.of(tag.tagged().repository());
      case Manifest manifest -> Optional.of(manifest.image().in());
      case Config config -> Optional.of(config.image().in());
      case Signatures signatures -> Optional.of(signatures.image().in());
      case Scan scan -> Optional.of(scan.image().in());
      default -> Optional.empty();
    };
  }

  private static boolean changes(Fetched<?> key) {
    return key instanceof Resolution || key instanceof Signatures || key instanceof Scan;
  }

  private static String project(Repository in) {
    return in.path().substring(0, in.path().indexOf('/'));
  }

  /** The repositories to compare: those that are known, and those that have changed. */
  private Collection<Repository> repositories(
      Set<String> projects, Map<Repository, Set<Fetched<?>>> known, Tally tally)
      throws InterruptedException {
    Set<Repository> chosen = new LinkedHashSet<>(known.keySet());
    for (String project : projects) {
      if (tally.down.isPresent() || chosen.size() >= MOST_REPOSITORIES) {
        break;
      }
      switch (survey.repositories(project)) {
        case Survey.Read.All<Listings.Listed>(List<Listings.Listed> all) ->
            all.forEach(one -> choose(one, project, chosen));
        case Survey.Read.Refused<Listings.Listed> refused -> tally.refused++;
        case Survey.Read.Down<Listings.Listed>(Doubt doubt) -> tally.down = Optional.of(doubt);
      }
    }
    return chosen;
  }

  private void choose(Listings.Listed one, String project, Set<Repository> chosen) {
    if (!one.path().startsWith(project + "/")) {
      return; // of another project than was asked for
    }
    Repository in = new Repository(host, one.path());
    if (chosen.size() < MOST_REPOSITORIES && !one.updated().equals(updated.get(in))) {
      chosen.add(in);
      updated.put(in, one.updated());
    }
  }

  private void compare(Repository in, Set<Fetched<?>> known, Tally tally)
      throws InterruptedException {
    Instant asked = clock.instant();
    switch (survey.artifacts(in)) {
      case Survey.Read.Down<Artifact>(Doubt doubt) -> {
        tally.down = Optional.of(doubt);
        updated.remove(in);
      }
      case Survey.Read.Refused<Artifact> refused -> {
        tally.refused++;
        look(known.stream().filter(Comparing::changes).toList(), tally);
      }
      case Survey.Read.All<Artifact>(List<Artifact> listed) -> {
        tally.repositories++;
        tally.artifacts += listed.size();
        Differences differences =
            Differences.of(in, listed, known, memory, marks, asked.minus(FRESH));
        if (!settle(differences, tally)) {
          updated.remove(in);
        }
      }
    }
  }

  /** Looks again where there are differences; whether all of it could be looked at. */
  private boolean settle(Differences differences, Tally tally) throws InterruptedException {
    Set<Fetched<?>> keys = new LinkedHashSet<>(differences.others());
    differences.changes().forEach(change -> keys.addAll(change.keys()));
    tally.differences +=
        (int) differences.changes().stream().filter(one -> !one.keys().isEmpty()).count()
            + (int) differences.others().stream().filter(Resolution.class::isInstance).count();
    Set<Fetched<?>> open = look(keys, tally);
    Set<PinnedImage> openPushes = new LinkedHashSet<>();
    for (Effects push : differences.pushes()) {
      if (!push(push, tally)) {
        push.fresh().ifPresent(openPushes::add);
      }
    }
    boolean all = true;
    for (Differences.Change change : differences.changes()) {
      boolean done =
          !openPushes.contains(change.image()) && change.keys().stream().noneMatch(open::contains);
      if (done) {
        marks.put(change.image(), change.mark());
      }
      all &= done;
    }
    return all;
  }

  private boolean push(Effects push, Tally tally) throws InterruptedException {
    if (++tally.pushes > MOST_PUSHES) {
      return false; // the next run goes on
    }
    tally.differences++;
    Instant asked = clock.instant();
    memory.look(push);
    return remaining(push.renew(), asked, tally).isEmpty();
  }

  /** Asks {@code keys} anew; those that have no answer now. */
  private Set<Fetched<?>> look(Collection<Fetched<?>> keys, Tally tally)
      throws InterruptedException {
    Set<Fetched<?>> open = new LinkedHashSet<>();
    Set<Fetched<?>> some = new LinkedHashSet<>();
    // Without an answer that is of use, whoever needs it asks.
    Iterator<Fetched<?>> left = keys.stream().filter(memory::knows).iterator();
    while (left.hasNext()) {
      some.add(left.next());
      if (some.size() == AT_A_TIME || !left.hasNext()) {
        Instant asked = clock.instant();
        memory.look(Effects.renewing(some));
        open.addAll(remaining(some, asked, tally)); // at once: some answers are soon forgotten
        some.clear();
      }
    }
    return open;
  }

  private Set<Fetched<?>> remaining(Set<Fetched<?>> keys, Instant asked, Tally tally) {
    Set<Fetched<?>> open = new LinkedHashSet<>();
    for (Fetched<?> key : keys) {
      switch (memory.peek(key, asked)) {
        case Evidence.Present<?> present -> {}
        case Evidence.Absent<?> absent -> {}
        case Evidence.Unavailable<?>(Doubt doubt) -> {
          open.add(key);
          // Of what cannot be read a run is not to blame; it is tried again each time.
          tally.unanswered += Survey.passing(doubt) ? 1 : 0;
        }
        case null -> {
          open.add(key);
          tally.unanswered++;
        }
      }
    }
    return open;
  }
}
