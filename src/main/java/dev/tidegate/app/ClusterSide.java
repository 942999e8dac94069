package dev.tidegate.app;

import dev.tidegate.kubernetes.ClusterEvidence;
import dev.tidegate.kubernetes.Replicas;
import dev.tidegate.workload.Manifests;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where namespaces and network policies are known from: the API server, or given files. */
final class ClusterSide {
  private static final int MOST_FILES = 1_000;
  private static final long LONGEST = 10L * 1024 * 1024;

  private ClusterSide() {}

  /** The configuration asks for what cannot be had. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String why) {
      super(why);
    }
  }

  /**
   * The surroundings that {@code all} asks for; following a cluster begins at once.
   *
   * @param all the configuration
   * @param client asked for only where a cluster is followed
   */
  static Surroundings surroundings(ServeConfig all, Supplier<KubernetesClient> client, Log log)
      throws Unusable {
    ServeConfig.Cluster config = all.cluster();
    if (!config.enabled()) {
      return Surroundings.of(given(config.objects()));
    }
    KubernetesClient api = client.get();
    ClusterEvidence cluster =
        new ClusterEvidence(
            api,
            Clock.systemUTC(),
            System::nanoTime,
            Executors.newVirtualThreadPerTaskExecutor(),
            log::cluster);
    cluster.start();
    Optional<Replicas> replicas = Replication.follow(all.replicas(), api, log);
    return new Surroundings(
        cluster.live(),
        cluster.sources(),
        cluster::synced,
        () -> {
          replicas.ifPresent(Replicas::close);
          cluster.close();
        },
        replicas.map(following -> following::others));
  }

  private static GivenEvidence given(Optional<Path> where) throws Unusable {
    Manifests manifests = new Manifests();
    if (where.isPresent()) {
      for (Path file : files(where.get())) {
        read(manifests, file);
      }
    }
    GivenEvidence given = GivenEvidence.of(manifests, "default", Clock.systemUTC().instant());
    List<String> problems =
        Stream.concat(manifests.problems().stream(), given.problems().stream()).toList();
    if (!problems.isEmpty()) {
      throw new Unusable("tidegate.cluster.objects: " + String.join("; ", problems));
    }
    return given;
  }

  private static List<Path> files(Path where) throws Unusable {
    if (!Files.isDirectory(where)) {
      return List.of(where);
    }
    try (Stream<Path> all = Files.list(where)) {
      List<Path> files =
          all.filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
              .sorted()
              .limit(MOST_FILES + 1L)
              .toList();
      if (files.size() > MOST_FILES) {
        throw new Unusable("tidegate.cluster.objects: more than " + MOST_FILES + " files");
      }
      return files;
    } catch (IOException unreadable) {
      throw new Unusable("tidegate.cluster.objects: cannot be read: " + unreadable);
    }
  }

  private static void read(Manifests manifests, Path file) throws Unusable {
    try {
      if (Files.size(file) > LONGEST) {
        throw new Unusable("tidegate.cluster.objects: " + file + " is longer than 10 MiB");
      }
      manifests.read(file.toString(), Files.readString(file));
    } catch (IOException unreadable) {
      throw new Unusable("tidegate.cluster.objects: cannot be read: " + unreadable);
    }
  }
}
