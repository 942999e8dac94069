package dev.tidegate.bench;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.harbor.Hint;
import dev.tidegate.harbor.HintQueue;
import dev.tidegate.harbor.TrivyReports;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.registry.Registries;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.testkit.CosignSigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** What large numbers cost: digests in memory and in the file, long reports, many pushes. */
final class VolumeBench {
  private static final int IN_MEMORY = 5_000;
  private static final int IN_FILE = 100_000;
  private static final int LOOKUPS = 2_000;
  private static final int PUSHES = 10_000;
  private static final Seals SEALS = Seals.parse("0123456789abcdef".repeat(4));

  private VolumeBench() {}

  static void run(Path work) throws Exception {
    memory();
    file(work.resolve("evidence.db"));
    report();
    pushes();
  }

  /** Answers with a signature by two keys, as cosign writes them. */
  private static final class Signed
      implements EvidenceSource<EvidenceKey.Signatures, SignatureDocuments> {
    private final AtomicInteger asked = new AtomicInteger();
    private final List<CosignSigner> signers =
        List.of(CosignSigner.create(), CosignSigner.create());

    @Override
    public Class<EvidenceKey.Signatures> serves() {
      return EvidenceKey.Signatures.class;
    }

    @Override
    public Evidence<SignatureDocuments> obtain(EvidenceKey.Signatures key, Errand errand) {
      asked.incrementAndGet();
      return new Evidence.Present<>(
          new SignatureDocuments(
              key.image(),
              signers.stream()
                  .map(signer ->
                      (dev.tidegate.evidence.SignatureDocument)
                          signer.layer(key.image().digest(), Map.of()))
                  .toList(),
              List.of()),
          InstantSource.system().instant());
    }
  }

  private static EvidenceKey.Signatures key(int number) {
    return new EvidenceKey.Signatures(
        new PinnedImage(
            new Repository("registry.example.com", "shop/app" + number % 500),
            Bytes.copyOf(("image " + number).getBytes(StandardCharsets.UTF_8)).sha256()));
  }

  private static VerdictStore store(
      Signed source, Optional<Archive> archive, ExecutorService threads, long weight) {
    VerdictStore.Settings usual = VerdictStore.Settings.USUAL;
    return new VerdictStore(
        new VerdictStore.Origins(List.of(), List.of(source), List.of()),
        new VerdictStore.Settings(usual.lifetimes(), weight, usual.budget(), usual.threads()),
        archive,
        threads,
        InstantSource.system(),
        System::nanoTime,
        StoreEvents.NONE);
  }

  private static void gather(VerdictStore store, int number) {
    store.gather(Set.of(new Wanted(key(number), Instant.MIN))).join();
  }

  private static long heap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void memory() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        VerdictStore store = store(new Signed(), Optional.empty(), threads, 1L << 30)) {
      gather(store, -1);
      long before = heap();
      for (int i = 0; i < IN_MEMORY; i++) {
        gather(store, i);
      }
      double mib = (heap() - before) / 1048576.0;
      System.out.printf(
          "memory: %d digests with two signatures each take %.1f MiB, %.1f KB each%n",
          IN_MEMORY, mib, mib * 1048.576 / IN_MEMORY);
      if (store.peek(key(0)) == null || store.peek(key(IN_MEMORY - 1)) == null) {
        throw new IllegalStateException("they must all still be there");
      }
    }
  }

  private static Archive archive(Path file) {
    return Archive.at(
        file, 1L << 30, SEALS, Registries.codecs(), System::nanoTime, StoreEvents.NONE);
  }

  private static void file(Path file) throws Exception {
    Signed source = new Signed();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Archive archive = archive(file);
      Awaitility.await().until(archive::usable);
      long from = System.nanoTime();
      try (VerdictStore store = store(source, Optional.of(archive), threads, 8L << 20)) {
        for (int i = 0; i < IN_FILE; i++) {
          gather(store, i);
        }
      }
      if (archive.dropped() > 0) {
        throw new IllegalStateException(archive.dropped() + " records were not written");
      }
      System.out.printf(
          "file: %d digests signed, gathered and written in %.1f s, %.1f MiB%n",
          IN_FILE, (System.nanoTime() - from) / 1e9, Files.size(file) / 1048576.0);

      from = System.nanoTime();
      Archive again = archive(file);
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(again::usable);
      double open = (System.nanoTime() - from) / 1e6;
      source.asked.set(0);
      try (VerdictStore store = store(source, Optional.of(again), threads, 64L << 20)) {
        Random random = new Random(1);
        double[] micros = new double[LOOKUPS];
        for (int i = 0; i < LOOKUPS; i++) {
          int number = random.nextInt(IN_FILE);
          long asked = System.nanoTime();
          gather(store, number);
          micros[i] = (System.nanoTime() - asked) / 1e3;
        }
        Arrays.sort(micros);
        System.out.printf(
            "file: opened in %.0f ms; one of %d found in %.0f µs (median), %.0f µs (99 of 100);"
                + " %d of %d lookups asked the registry%n",
            open,
            IN_FILE,
            micros[LOOKUPS / 2],
            micros[LOOKUPS * 99 / 100],
            source.asked.get(),
            LOOKUPS);
      }
    }
  }

  private static void report() throws Exception {
    for (int items : new int[] {1_000, 20_000}) {
      byte[] report = trivy(items);
      double mb = report.length / 1e6;
      Timed cost = Timed.of(() -> TrivyReports.read(report));
      System.out.printf(
          "Trivy report with %d vulnerabilities, %.1f MB: %.1f ms, %.1f ms per MB, %.2f MB"
              + " allocated per MB%n",
          items, mb, cost.micros() / 1e3, cost.micros() / 1e3 / mb, cost.bytes() / 1e6 / mb);
    }
  }

  /** A report as Trivy writes them: most of it is text that nobody judges. */
  private static byte[] trivy(int items) {
    StringBuilder json =
        new StringBuilder(
            "{\"SchemaVersion\":2,\"CreatedAt\":\"2026-11-25T12:00:00Z\",\"ArtifactName\":\"web\","
                + "\"ArtifactType\":\"container_image\",\"Results\":[{\"Target\":\"web\","
                + "\"Class\":\"os-pkgs\",\"Vulnerabilities\":[");
    String words = "A flaw was found in the way that the library reads what others have written. ";
    for (int i = 0; i < items; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"VulnerabilityID\":\"CVE-2026-")
          .append(i)
          .append("\",\"PkgName\":\"package-")
          .append(i % 300)
          .append("\",\"InstalledVersion\":\"1.2.3-4\",\"FixedVersion\":\"1.2.3-5\",\"Severity\":")
          .append(i % 9 == 0 ? "\"HIGH\"" : "\"LOW\"")
          .append(",\"Status\":\"fixed\",\"Title\":\"")
          .append(words)
          .append("\",\"Description\":\"")
          .append(words.repeat(10))
          .append("\",\"CVSS\":{\"nvd\":{\"V3Vector\":\"CVSS:3.1/AV:N/AC:L\",\"V3Score\":7.5}},")
          .append("\"References\":[");
      for (int link = 0; link < 8; link++) {
        json.append(link == 0 ? "" : ",")
            .append("\"https://example.com/advisories/")
            .append(i * 8 + link)
            .append('"');
      }
      json.append("]}");
    }
    return json.append("]}]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void pushes() throws InterruptedException {
    List<HintQueue.Received> pushes = new ArrayList<>();
    for (int i = 0; i < PUSHES; i++) {
      pushes.add(
          new HintQueue.Received(
              "harbor.example.com",
              new Hint.Pushed("shop/app" + i, key(i).image().digest(), Optional.of("1"))));
    }
    double[] added = new double[11];
    double[] taken = new double[11];
    for (int round = 0; round < added.length; round++) {
      HintQueue queue = new HintQueue(PUSHES);
      queue.next(Duration.ZERO); // the first task is to reconcile everything
      long from = System.nanoTime();
      pushes.forEach(queue::add);
      pushes.forEach(queue::add); // again: each waits once
      added[round] = (System.nanoTime() - from) / 1e3 / PUSHES / 2;
      if (queue.size() != PUSHES || queue.overflows() != 0) {
        throw new IllegalStateException("all must wait, each once");
      }
      from = System.nanoTime();
      while (queue.next(Duration.ZERO).isPresent()) {}
      taken[round] = (System.nanoTime() - from) / 1e3 / PUSHES;
    }
    System.out.printf(
        "queue of hints: %d pushes, each twice: %.2f µs to add one, %.2f µs to take one, none lost%n",
        PUSHES, Bench.median(added), Bench.median(taken));
  }
}
