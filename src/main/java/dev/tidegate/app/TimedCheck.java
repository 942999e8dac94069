package dev.tidegate.app;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A check whose judging is timed, once for all that is asked about one subject. It stands around
 * the check rather than in the engine, which has no clock.
 *
 * @param check what really judges
 * @param descriptor what it is
 * @param parameters of what kind its parameters are
 * @param took told how long each judging took
 */
record TimedCheck<P extends Record>(
    Check<P> check,
    CheckDescriptor descriptor,
    Class<P> parameters,
    Ticker ticker,
    Consumer<Duration> took)
    implements Check<P> {
  /** The checks in {@code registry}, timed by {@code metrics}. */
  static CheckRegistry all(CheckRegistry registry, Metrics metrics, Ticker ticker) {
    return CheckRegistry.of(
        registry.all().stream().<Check<?>>map(check -> timed(check, metrics, ticker)).toList());
  }

  private static <P extends Record> Check<P> timed(Check<P> check, Metrics metrics, Ticker ticker) {
    CheckDescriptor descriptor = check.descriptor();
    return new TimedCheck<>(
        check, descriptor, check.parameters(), ticker, metrics.timerOf(descriptor.id()));
  }

  @Override
  public Set<Input> inputs(P parameters) {
    return check.inputs(parameters);
  }

  @Override
  public Outcome evaluate(Subject subject, P parameters, Facts facts) {
    return timed(() -> check.evaluate(subject, parameters, facts));
  }

  @Override
  public Outcome evaluate(Subject subject, P parameters, List<P> all, Facts facts) {
    return timed(() -> check.evaluate(subject, parameters, all, facts));
  }

  @Override
  public List<Outcome> evaluateEach(Subject subject, List<P> asked, List<P> all, Facts facts) {
    return timed(() -> check.evaluateEach(subject, asked, all, facts));
  }

  private <T> T timed(Supplier<T> judging) {
    long from = ticker.read();
    try {
      return judging.get();
    } finally {
      took.accept(Duration.ofNanos(ticker.read() - from));
    }
  }
}
