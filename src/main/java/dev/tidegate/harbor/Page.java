package dev.tidegate.harbor;

import java.util.List;

/**
 * A part of one of Harbor's lists.
 *
 * @param more whether there is another page
 */
public record Page<T>(List<T> entries, boolean more) {
  /** Most entries of a page that Harbor gives. */
  static final int MOST = 100;

  public Page {
    entries = List.copyOf(entries);
  }
}
