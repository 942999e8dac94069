package dev.tidegate.fuzz;

import dev.tidegate.testkit.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts Jazzer: on all targets together for a number of runs, or on one, or on each in turn, for a
 * time.
 */
public final class FuzzRun {
  private static final String USAGE = "usage: FuzzRun --runs=N | --seconds=N [TARGET]";

  private final Path work;

  private FuzzRun(Path work) {
    this.work = work;
  }

  /** Runs; ends with the status of Jazzer, which is 0 if it has found nothing. */
  public static void main(String[] args) throws Exception {
    Path work =
        Files.createDirectories(
            Path.of(System.getProperty("tidegate.basedir", "."), "target", "fuzz"));
    String how = args.length == 0 ? "" : args[0];
    String only = args.length < 2 ? "" : args[1];
    FuzzRun run = new FuzzRun(work);
    if (how.startsWith("--runs=") && only.isEmpty()) {
      System.exit(run.start("all", "", "-runs=" + number(how)));
    }
    if (!how.startsWith("--seconds=")) {
      throw new IllegalArgumentException(USAGE);
    }
    List<String> names = Targets.all().stream().map(FuzzTarget::name).toList();
    if (!only.isEmpty() && !names.contains(only)) {
      throw new IllegalArgumentException("there is no target " + only + "; there are " + names);
    }
    for (String name : only.isEmpty() ? names : List.of(only)) {
      int status = run.start(name, name, "-max_total_time=" + number(how));
      if (status != 0) {
        System.exit(status);
      }
    }
    System.exit(0);
  }

  private static long number(String argument) {
    return Long.parseLong(argument.substring(argument.indexOf('=') + 1));
  }

  private int start(String folder, String target, String bound)
      throws IOException, InterruptedException {
    Path seeds = Files.createDirectories(work.resolve("seeds").resolve(folder));
    Path found = Files.createDirectories(work.resolve("corpus").resolve(folder));
    List<FuzzTarget> targets = Targets.all();
    for (int i = 0; i < targets.size(); i++) {
      if (target.isEmpty() || targets.get(i).name().equals(target)) {
        write(seeds, targets.get(i), target.isEmpty() ? new byte[] {(byte) i} : new byte[0]);
      }
    }
    System.out.println("fuzz " + folder + " " + bound);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dtidegate.basedir=" + System.getProperty("tidegate.basedir", "."),
            "-Dtidegate.fuzz.target=" + target,
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + Fuzz.class.getName(),
            "--instrumentation_includes=dev.tidegate.**",
            // What is found is in the readers, not in the JDK: these hooks only cost time.
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.**",
            "--custom_hook_includes=dev.tidegate.none",
            "--reproducer_path=" + work,
            "-artifact_prefix=" + work + "/",
            "-seed=1",
            "-max_len=" + Targets.LONGEST,
            "-timeout=20",
            "-rss_limit_mb=3000",
            bound));
    // Only what a long run finds is kept for the next one; a fixed number of runs starts the same.
    command.add((target.isEmpty() ? seeds : found).toString());
    if (!target.isEmpty()) {
      command.add(seeds.toString());
    }
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void write(Path folder, FuzzTarget target, byte[] prefix) throws IOException {
    int number = 0;
    for (byte[] seed : target.seeds()) {
      byte[] all = java.util.Arrays.copyOf(prefix, prefix.length + seed.length);
      System.arraycopy(seed, 0, all, prefix.length, seed.length);
      Files.write(folder.resolve(target.name() + "-" + number++), all);
    }
  }
}
