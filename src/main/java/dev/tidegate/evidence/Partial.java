package dev.tidegate.evidence;

import dev.tidegate.model.Doubt;
import java.util.List;

/**
 * A value of which a part could not be read. What is there counts; what is missing may still come,
 * so it is remembered only as long as an Unavailable of that class, and "not among them" is "not
 * known".
 */
public interface Partial {
  /** Why parts are missing; empty when it is whole. */
  List<Doubt> unread();
}
