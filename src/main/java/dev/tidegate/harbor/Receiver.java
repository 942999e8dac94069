package dev.tidegate.harbor;

import dev.tidegate.model.BadValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives callbacks of the Harbors that are configured. Which Harbor has sent one is told by its
 * secret alone. Answers at once: all work goes through the queue, since Harbor waits three seconds
 * and tries three times in all.
 */
public final class Receiver {
  private final List<Sender> senders;
  private final HintQueue queue;
  private final Watcher watcher;
  private final Onward onward;

  /**
   * A Harbor that may send.
   *
   * @param host its registry host, with its port if it has one, as references have it
   * @param secrets what its callbacks carry
   */
  public record Sender(String host, Supplier<Secrets> secrets) {
    public Sender {
      Objects.requireNonNull(host);
      Objects.requireNonNull(secrets);
    }
  }

  /**
   * What is answered.
   *
   * @param status of HTTP
   * @param text for people, one line
   */
  public record Reply(int status, String text) {
    public Reply {
      Objects.requireNonNull(text);
    }
  }

  /** Is told of callbacks, for metrics. */
  @FunctionalInterface
  public interface Watcher {
    /** One came. {@code word} is one of few: a hint's word, {@code refused} or {@code broken}. */
    void came(String word);
  }

  /** Passes on to other replicas what a Harbor has sent; never blocks. */
  @FunctionalInterface
  public interface Onward {
    /** To nobody. */
    Onward NOBODY = (host, body) -> {};

    /** Passes on a callback of {@code host}, as it came. */
    void pass(String host, byte[] body);
  }

  /**
   * @param senders whose secrets differ from each other's
   * @param queue where hints go
   */
  public Receiver(List<Sender> senders, HintQueue queue, Watcher watcher) {
    this(senders, queue, watcher, Onward.NOBODY);
  }

  /**
   * @param senders whose secrets differ from each other's
   * @param queue where hints go
   * @param onward is given what a Harbor has sent, never what another replica has passed on
   */
  public Receiver(List<Sender> senders, HintQueue queue, Watcher watcher, Onward onward) {
    this.senders = List.copyOf(senders);
    this.queue = Objects.requireNonNull(queue);
    this.watcher = Objects.requireNonNull(watcher);
    this.onward = Objects.requireNonNull(onward);
  }

  /**
   * One callback.
   *
   * @param headers by name in lower case
   * @param body at most {@link Events#MOST_BYTES}; whoever reads it from the network stops there
   */
  public Reply receive(Map<String, String> headers, byte[] body) {
    String given = headers.getOrDefault("authorization", "");
    String host = null;
    for (Sender sender : senders) {
      boolean is = sender.secrets().get().contain(given);
      host = is && host == null ? sender.host() : host;
    }
    if (host == null) {
      watcher.came("refused");
      return new Reply(
          401, "the Authorization header has none of the secrets that callbacks must carry");
    }
    return take(host, body, onward);
  }

  /**
   * One callback that another replica has received and passed on; whoever calls has made sure that
   * it was one. It goes no further.
   */
  public Reply passedOn(String host, byte[] body) {
    if (senders.stream().noneMatch(sender -> sender.host().equals(host))) {
      watcher.came("broken");
      return new Reply(404, "no callbacks of that Harbor are configured here");
    }
    return take(host, body, Onward.NOBODY);
  }

  /** Asks for everything to be looked at: another replica could not pass on what it received. */
  public void missed() {
    queue.reconcile();
  }

  private Reply take(String host, byte[] body, Onward further) {
    if (body.length > Events.MOST_BYTES) {
      watcher.came("broken");
      return new Reply(413, "the callback is longer than " + Events.MOST_BYTES + " bytes");
    }
    List<Hint> hints;
    try {
      hints = Events.read(body);
    } catch (BadValue bad) {
      watcher.came("broken");
      return new Reply(400, bad.problem() + "; " + bad.fix());
    }
    boolean matters = false;
    for (Hint hint : hints) {
      watcher.came(hint.word());
      if (!Effects.of(host, hint).equals(Effects.NONE)) {
        queue.add(new HintQueue.Received(host, hint));
        matters = true;
      }
    }
    if (matters) {
      further.pass(host, body);
    }
    return new Reply(200, "received");
  }
}
