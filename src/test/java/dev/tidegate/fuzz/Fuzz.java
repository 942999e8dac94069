package dev.tidegate.fuzz;

import dev.tidegate.testkit.FuzzTarget;
import java.util.Arrays;
import java.util.List;

/**
 * What Jazzer calls. With the system property {@code tidegate.fuzz.target} all input goes to that
 * target; without it the first byte of each input chooses.
 */
public final class Fuzz {
  private static final List<FuzzTarget> CHOSEN = chosen();
  private static final long[] RUNS = new long[CHOSEN.size()];

  private Fuzz() {}

  private static List<FuzzTarget> chosen() {
    String only = System.getProperty("tidegate.fuzz.target", "");
    return only.isEmpty()
        ? Targets.all()
        : Targets.all().stream().filter(target -> target.name().equals(only)).toList();
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) throws Exception {
    if (CHOSEN.size() == 1) {
      RUNS[0]++;
      Targets.read(CHOSEN.getFirst(), data);
    } else if (data.length > 0) {
      int index = Byte.toUnsignedInt(data[0]) % CHOSEN.size();
      RUNS[index]++;
      Targets.read(CHOSEN.get(index), Arrays.copyOfRange(data, 1, data.length));
    }
  }

  /** Tells how many inputs each target has read. */
  public static void fuzzerTearDown() {
    for (int i = 0; i < RUNS.length; i++) {
      System.err.println(CHOSEN.get(i).name() + ": " + RUNS[i] + " inputs");
    }
  }
}
