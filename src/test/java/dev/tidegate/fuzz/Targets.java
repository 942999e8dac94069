package dev.tidegate.fuzz;

import dev.tidegate.admission.AdmissionFuzz;
import dev.tidegate.harbor.HarborFuzz;
import dev.tidegate.model.ModelFuzz;
import dev.tidegate.net.NetFuzz;
import dev.tidegate.policy.PolicyFuzz;
import dev.tidegate.registry.RegistryFuzz;
import dev.tidegate.sigstore.SigstoreFuzz;
import dev.tidegate.testkit.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;

/** All targets, and the bounds that hold for each. */
final class Targets {
  /** Longest input, in bytes. */
  static final int LONGEST = 16 * 1024;

  /**
   * Most that one reading may allocate: what 16 KiB can be read into at worst, a hundred objects
   * for each byte, and what libraries allocate whatever they read.
   */
  static final long MOST_ALLOCATED = 96L * 1024 * 1024;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

  private Targets() {}

  static List<FuzzTarget> all() {
    return Stream.of(
            ModelFuzz.targets(),
            RegistryFuzz.targets(),
            NetFuzz.targets(),
            HarborFuzz.targets(),
            SigstoreFuzz.targets(),
            AdmissionFuzz.targets(),
            PolicyFuzz.targets())
        .flatMap(List::stream)
        .toList();
  }

  /** Reads {@code data} within the bounds. */
  static void read(FuzzTarget target, byte[] data) throws Exception {
    // What loads classes allocates, once; the second reading shows what the input itself costs.
    if (allocated(target, data) > MOST_ALLOCATED) {
      long again = allocated(target, data);
      FuzzTarget.must(
          again <= MOST_ALLOCATED,
          target.name() + " allocated " + again + " bytes for " + data.length);
    }
  }

  private static long allocated(FuzzTarget target, byte[] data) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    target.body().read(data);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
