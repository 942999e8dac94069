package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.Optional;

/** Something could not be read from another host. Never crosses the port of evidence sources. */
public final class Trouble extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Doubt doubt;
  private final String field;

  /** Trouble that leaves {@code doubt}. */
  public Trouble(Doubt doubt) {
    this(doubt, "");
  }

  private Trouble(Doubt doubt, String field) {
    super(doubt.tried());
    this.doubt = doubt;
    this.field = field;
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

  /**
   * The same, which {@code name}, a field of the host in the file of hosts, may be the cause of.
   */
  Trouble about(String name) {
    return new Trouble(doubt, name);
  }

  /** The field of the host in the file of hosts that may be the cause of it, {@code ca}. */
  public Optional<String> field() {
    return field.isEmpty() ? Optional.empty() : Optional.of(field);
  }

  /** What it leaves. */
  public Doubt doubt() {
    return doubt;
  }
}
