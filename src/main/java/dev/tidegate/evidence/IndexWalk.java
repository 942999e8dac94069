package dev.tidegate.evidence;

import java.util.ArrayList;
import java.util.List;

/**
 * The way through an index, level by level, so that all of a level can be asked for at once, and
 * the bounds of it: a few documents that name each other often would be endless work otherwise.
 * Indexes count like images.
 *
 * <pre>{@code
 * for (IndexWalk<Part> walk = new IndexWalk<>(root); !walk.level().isEmpty(); walk.down()) {
 *   for (Part part : walk.level()) {
 *     walk.enter(partsOf(part));
 *   }
 * }
 * }</pre>
 *
 * @param <P> what a part is to whoever walks
 */
public final class IndexWalk<P> {
  /** Most parts of one index, those of indexes in it included. */
  public static final int MOST = 64;

  /** Most indexes on the way to an image. */
  public static final int DEEPEST = 3;

  private final List<P> next = new ArrayList<>();
  private List<P> level;
  private int depth;
  private int counted;

  /** What came of entering an index. */
  public enum Entered {
    /** All its parts are in the next level. */
    WHOLE,
    /** Not all of them: there are more than {@link #MOST}. */
    TOO_MANY,
    /** None of them: it is behind more than {@link #DEEPEST} others. */
    TOO_DEEP
  }

  /** Begins at {@code root}, which does not count. */
  public IndexWalk(P root) {
    this.level = List.of(root);
  }

  /** What is to be looked at now; empty when there is nothing more. */
  public List<P> level() {
    return level;
  }

  /** Puts the parts of an index of this level into the next one, as many as there is room for. */
  public Entered enter(List<P> parts) {
    if (depth == DEEPEST) {
      return Entered.TOO_DEEP;
    }
    int room = Math.min(parts.size(), MOST - counted);
    next.addAll(parts.subList(0, room));
    counted += room;
    return room == parts.size() ? Entered.WHOLE : Entered.TOO_MANY;
  }

  /** Goes on to the next level. */
  public void down() {
    level = List.copyOf(next);
    next.clear();
    depth++;
  }

  /** Nothing more is to be looked at. */
  public void end() {
    level = List.of();
    next.clear();
  }
}
