package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Repository;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the lists of one Harbor, each to its end or to a bound. */
final class Survey {
  /** Most pages of projects, and of the repositories of one project. */
  private static final int MOST_PAGES = 50;

  /** Most pages of artifacts of one repository: those that were pushed last. */
  private static final int MOST_ARTIFACT_PAGES = 20;

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);

  private final HarborApi harbor;
  private final Ticker ticker;

  Survey(HarborApi harbor, Ticker ticker) {
    this.harbor = harbor;
    this.ticker = ticker;
  }

  /** What came of reading a list. */
  sealed interface Read<T> {
    /** Its entries; none when what it belongs to does not exist. */
    record All<T>(List<T> entries) implements Read<T> {
      public All {
        entries = List.copyOf(entries);
      }
    }

    /** This list cannot be read, but others may be: it is forbidden, or makes no sense. */
    record Refused<T>(Doubt doubt) implements Read<T> {}

    /** Harbor cannot be asked at the moment. */
    record Down<T>(Doubt doubt) implements Read<T> {}
  }

  /** Asks for one page. */
  @FunctionalInterface
  private interface Asking<T> {
    Evidence<Page<T>> page(int number, Deadline deadline) throws InterruptedException;
  }

  Read<String> projects() throws InterruptedException {
    return all(harbor::projects, MOST_PAGES);
  }

  Read<Listings.Listed> repositories(String project) throws InterruptedException {
    return all((page, deadline) -> harbor.repositories(project, page, deadline), MOST_PAGES);
  }

  Read<Artifact> artifacts(Repository in) throws InterruptedException {
    return all((page, deadline) -> harbor.artifacts(in, page, deadline), MOST_ARTIFACT_PAGES);
  }

  /** Whether asking later may help, so that asking on would only add to the trouble. */
  static boolean passing(Doubt doubt) {
    return doubt.cause().kind() == Cause.Kind.INFRASTRUCTURE
        || doubt.cause() == Cause.OVERLOADED
        || doubt.cause() == Cause.UNAUTHENTICATED;
  }

  private <T> Read<T> all(Asking<T> asking, int mostPages) throws InterruptedException {
    List<T> all = new ArrayList<>();
    for (int number = 1; number <= mostPages; number++) {
      Evidence<Page<T>> answer = asking.page(number, Deadline.in(LONGEST_ANSWER, ticker));
      Optional<Read<T>> end =
          switch (answer) {
            case Evidence.Present<Page<T>>(Page<T> page, var at) -> {
              all.addAll(page.entries());
              yield page.more() ? Optional.empty() : Optional.of(new Read.All<>(all));
            }
            case Evidence.Absent<Page<T>> none -> Optional.of(new Read.All<>(all));
            case Evidence.Unavailable<Page<T>>(Doubt doubt) ->
                Optional.of(passing(doubt) ? new Read.Down<>(doubt) : new Read.Refused<>(doubt));
          };
      if (end.isPresent()) {
        return end.get();
      }
    }
    return new Read.All<>(all);
  }
}
