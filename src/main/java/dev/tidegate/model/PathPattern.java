package dev.tidegate.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The path of an {@link ImagePattern}: literal segments, segments with {@code *}, and {@code **}.
 */
final class PathPattern {
  /** Every path. */
  static final PathPattern EVERYTHING = new PathPattern(List.of(), true);

  private static final String ANY_SEGMENTS = "**";

  /** A segment; empty stands for any number of segments. */
  private final List<Optional<Glob>> segments;

  /** Whether paths below match, too. */
  private final boolean prefix;

  private PathPattern(List<Optional<Glob>> segments, boolean prefix) {
    this.segments = List.copyOf(segments);
    this.prefix = prefix;
  }

  /**
   * Reads a path.
   *
   * @param whole whether it is for one repository even without wildcards
   * @throws BadValue if no path can match
   */
  static PathPattern parse(String path, boolean whole) {
    List<Optional<Glob>> segments = new ArrayList<>();
    boolean literal = true;
    int least = -1;
    for (String segment : path.split("/", -1)) {
      if (segment.equals(ANY_SEGMENTS)) {
        if (!segments.isEmpty() && segments.getLast().isEmpty()) {
          throw new BadValue("has ** twice in a row", "write it once");
        }
        segments.add(Optional.empty());
        literal = false;
        continue;
      }
      Glob glob = segment(segment);
      literal &= glob.isLiteral();
      least += glob.least() + 1;
      segments.add(Optional.of(glob));
    }
    if (least > ReferenceGrammar.LONGEST_PATH) {
      throw new BadValue(
          "can match nothing, since no path is longer than "
              + ReferenceGrammar.LONGEST_PATH
              + " characters",
          "write a shorter path");
    }
    return new PathPattern(segments, literal && !whole);
  }

  private static Glob segment(String segment) {
    if (segment.isEmpty()) {
      throw new BadValue(
          "has an empty path segment",
          "leave out the slash, or write ** after it for everything below");
    }
    if (segment.contains(ANY_SEGMENTS)) {
      throw new BadValue(
          "has ** inside the path segment " + PlainText.quote(segment),
          "write * inside a segment, or ** as a segment of its own");
    }
    Glob glob = Glob.of(segment);
    Optional<String> problem = ReferenceGrammar.problemOfPath(glob.example());
    if (problem.isPresent()) {
      throw new BadValue(
          "can match nothing, since its path segment "
              + PlainText.quote(segment)
              + " "
              + problem.get(),
          "write lower-case letters, digits, *, and single separators between them");
    }
    return glob;
  }

  /** Whether only paths of one segment match. */
  boolean wantsOneSegment() {
    return !prefix && segments.size() == 1 && segments.getFirst().isPresent();
  }

  /** Whether a path of these segments matches. */
  boolean matches(List<String> path) {
    // reachable[j]: the pattern's segments so far can match the first j of the path. The two
    // lengths multiply, but nothing backtracks.
    boolean[] reachable = new boolean[path.size() + 1];
    reachable[0] = true;
    for (int i = 0; i < segments.size(); i++) {
      boolean last = i == segments.size() - 1;
      reachable =
          segments.get(i).isPresent()
              ? one(segments.get(i).get(), path, reachable)
              : any(reachable, last);
    }
    if (!prefix) {
      return reachable[path.size()];
    }
    return path.size() >= segments.size() && reachable[segments.size()];
  }

  private static boolean[] one(Glob segment, List<String> path, boolean[] before) {
    boolean[] after = new boolean[before.length];
    for (int j = 1; j < before.length; j++) {
      after[j] = before[j - 1] && segment.matches(path.get(j - 1));
    }
    return after;
  }

  private static boolean[] any(boolean[] before, boolean atLeastOne) {
    boolean[] after = new boolean[before.length];
    boolean started = false;
    for (int j = 0; j < before.length; j++) {
      after[j] = started || (before[j] && !atLeastOne);
      started |= before[j];
    }
    return after;
  }
}
