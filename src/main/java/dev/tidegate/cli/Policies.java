package dev.tidegate.cli;

import dev.tidegate.check.Checks;
import dev.tidegate.document.Problem;
import dev.tidegate.policy.Loaded;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.sigstore.TrustRoots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Policies for commands. Where the server would go on with what is merely doubtful, such as an
 * exemption that has ended, a command says so and stops: somebody is there to correct it.
 */
final class Policies {
  /** The longest that an exemption may last; the server's default. */
  private static final Duration LONGEST_EXEMPTION = Duration.ofDays(90);

  private Policies() {}

  /** Reads {@code directory}; what is wrong is in the result. */
  static Loaded load(String directory, Environment environment) {
    Path path = environment.directory().resolve(directory);
    return new PolicyLoader(Checks.all(), environment.clock(), LONGEST_EXEMPTION, TrustRoots::read)
        .load(path);
  }

  /**
   * The policies of {@code directory}.
   *
   * @throws CommandFailure if anything at all is wrong with them
   */
  static PolicySet demand(String directory, Environment environment) throws CommandFailure {
    Loaded loaded = load(directory, environment);
    if (!loaded.spotless()) {
      throw CommandFailure.usage(
          "the policies in "
              + directory
              + " cannot be used:\n"
              + list(loaded.problems())
              + "\nTry \"tidegate policy lint "
              + directory
              + "\" after correcting them.");
    }
    return loaded.set().orElseThrow().as(1);
  }

  /** {@code problems}, one per line. */
  static String list(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}
