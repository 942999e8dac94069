package dev.tidegate.harbor.admin;

import dev.tidegate.net.Trouble;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is, or has to be done about, one thing in Harbor.
 *
 * @param subject what it is about, {@code webhook of shop}
 * @param kind how it stands
 * @param details in which ways, for people; never a secret
 * @param order what changes it; present with {@link Kind#CREATE} and {@link Kind#CHANGE}
 */
public record Line(String subject, Kind kind, List<String> details, Optional<Order> order) {
  /** How a thing stands. */
  public enum Kind {
    /** It is as it should be. */
    RIGHT,
    /** It is not there. */
    CREATE,
    /** It is otherwise. */
    CHANGE,
    /** It is not as it should be, and cannot be changed, or not without being asked for. */
    CANNOT,
    /** Something that people should know. */
    NOTE
  }

  /** Changes one thing. */
  @FunctionalInterface
  public interface Order {
    /**
     * Does it.
     *
     * @throws Trouble if Harbor does not
     * @throws IOException if a file cannot be written
     */
    void carryOut() throws Trouble, IOException, InterruptedException;
  }

  public Line {
    Objects.requireNonNull(subject);
    Objects.requireNonNull(kind);
    details = List.copyOf(details);
    if (order.isPresent() != (kind == Kind.CREATE || kind == Kind.CHANGE)) {
      throw new IllegalArgumentException(kind + " with or without an order");
    }
  }

  static Line right(String subject) {
    return new Line(subject, Kind.RIGHT, List.of(), Optional.empty());
  }

  static Line create(String subject, List<String> details, Order order) {
    return new Line(subject, Kind.CREATE, details, Optional.of(order));
  }

  static Line change(String subject, List<String> details, Order order) {
    return new Line(subject, Kind.CHANGE, details, Optional.of(order));
  }

  static Line cannot(String subject, String why) {
    return new Line(subject, Kind.CANNOT, List.of(why), Optional.empty());
  }

  static Line note(String subject, String what) {
    return new Line(subject, Kind.NOTE, List.of(what), Optional.empty());
  }
}
