package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.Optional;

/** Something could not be read from another host. Never crosses the port of evidence sources. */
public final class Trouble extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Doubt doubt;

  /** Trouble that leaves {@code doubt}. */
  public Trouble(Doubt doubt) {
    super(doubt.tried());
    this.doubt = doubt;
  }

  /** The trouble that one tried {@code what}, but {@code but}. */
  public static Trouble of(Cause cause, String what, String but) {
    return new Trouble(Doubt.of(cause, sentence(what, but)));
  }

  /** The same, with the moment from which another try makes sense. */
  public static Trouble until(Cause cause, String what, String but, Instant retryAt) {
    return new Trouble(new Doubt(cause, sentence(what, but), Optional.of(retryAt)));
  }

  private static String sentence(String what, String but) {
    return "tried to " + what + ", but " + but;
  }

  /** What it leaves. */
  public Doubt doubt() {
    return doubt;
  }
}
