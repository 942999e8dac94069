package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.model.Ticker;
import dev.tidegate.store.StoreEvents.FileEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The file under the verdict store. A cache: it may be deleted at any time, and whatever is wrong
 * with it makes the gate slower and never wrong. One thread owns it, which nobody interrupts: an
 * interrupt inside the library breaks the file for all.
 */
public final class Archive implements AutoCloseable {
  private static final int QUEUE = 10_000;
  private static final int MOST_PER_COMMIT = 500;
  private static final int LONGEST_RECORD = 40 << 20;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final Duration OPEN_AGAIN = Duration.ofSeconds(30);

  /**
   * How much may be lost with the process: each commit writes pages of a tree again, so one for
   * each record would make the file ten times as long until the next quiet second.
   */
  private static final Duration COMMIT_AFTER = Duration.ofSeconds(1);

  private final long mostBytes;
  private final Envelope envelope;
  private final Map<Class<?>, EvidenceCodec<?, ?>> codecs = new HashMap<>();
  private final Ticker ticker;
  private final StoreEvents events;
  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread owner;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final CountDownLatch tried = new CountDownLatch(1);
  private volatile boolean usable;

  /** Records since the last commit, and when that was; the owner's. */
  private int uncommitted;

  private long committed;

  /** Something for the owner to do. */
  private sealed interface Work {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Put(String name, byte[] record) implements Work {}

    record Forget(String name) implements Work {}

    record Find(String name, CompletableFuture<Optional<byte[]>> answer) implements Work {}

    record Names(String prefix, int most, CompletableFuture<Optional<List<String>>> answer)
        implements Work {}

    record Stop() implements Work {}
  }

  private Archive(
      long mostBytes,
      Seals seals,
      Collection<? extends EvidenceCodec<?, ?>> codecs,
      Ticker ticker,
      StoreEvents events,
      RecordFile file) {
    this.mostBytes = mostBytes;
    this.envelope = new Envelope(seals);
    this.ticker = ticker;
    this.events = events;
    for (EvidenceCodec<?, ?> codec : codecs) {
      this.codecs.put(codec.serves(), codec);
    }
    this.owner =
        Thread.ofPlatform().name("tidegate-store-file").daemon(true).unstarted(() -> own(file));
  }

  /**
   * Uses a file; begins it if it is not there.
   *
   * @param file where it is; its directory must exist
   * @param mostBytes longest file; a longer one is begun anew
   * @param seals for its records
   * @param codecs how answers are written; those to other questions are not kept
   */
  public static Archive at(
      Path file,
      long mostBytes,
      Seals seals,
      Collection<? extends EvidenceCodec<?, ?>> codecs,
      Ticker ticker,
      StoreEvents events) {
    StoreEvents safe = guarded(events);
    Archive archive =
        new Archive(mostBytes, seals, codecs, ticker, safe, new RecordFile(file, safe));
    archive.owner.start();
    return archive;
  }

  /** A listener that throws must not end the owner. */
  private static StoreEvents guarded(StoreEvents events) {
    return new StoreEvents() {
      @Override
      public void defect(EvidenceKey<?> key, RuntimeException defect) {
        try {
          events.defect(key, defect);
        } catch (RuntimeException ofListener) {
          defect.addSuppressed(ofListener);
        }
      }

      @Override
      public void file(FileEvent event, String detail) {
        try {
          events.file(event, detail);
        } catch (RuntimeException ofListener) {
          // Telling must not change what is done; there is nobody else to tell.
        }
      }
    };
  }

  /** Whether the file is in use. */
  public boolean usable() {
    return usable;
  }

  /**
   * Waits, at most so long, until opening the file was tried, for who has no use for the misses of
   * the time before; whether it is in use then.
   */
  public boolean awaitUsable(Duration most) throws InterruptedException {
    return tried.await(most.toNanos(), TimeUnit.NANOSECONDS) && usable;
  }

  /** Records that were not written, because too much was to be written or the file was unusable. */
  public long dropped() {
    return dropped.get();
  }

  /** Records that were there and not believed. */
  public long refused() {
    return refused.get();
  }

  /** Keeps {@code evidence}, a little later. */
  void put(Slot slot, Evidence.Present<?> evidence) {
    EvidenceCodec<?, ?> codec = codecs.get(slot.key().getClass());
    if (codec != null) {
      Work.Put put = record(codec, slot, evidence);
      if (put.record().length > LONGEST_RECORD || !queue.offer(put)) {
        dropped.incrementAndGet();
      }
    }
  }

  @SuppressWarnings("unchecked") // codecs are registered under the class of their keys
  private <K extends EvidenceKey.Fetched<T>, T> Work.Put record(
      EvidenceCodec<?, ?> of, Slot slot, Evidence.Present<?> evidence) {
    EvidenceCodec<K, T> codec = (EvidenceCodec<K, T>) of;
    String name = Envelope.name(codec, (K) slot.key(), slot.access());
    return new Work.Put(
        name, envelope.close(codec, name, (T) evidence.value(), evidence.obtained()));
  }

  /** Keeps nothing under {@code slot} any more, a little later: there is none. */
  void forget(Slot slot) {
    EvidenceCodec<?, ?> codec = codecs.get(slot.key().getClass());
    if (codec != null && !queue.offer(new Work.Forget(name(codec, slot)))) {
      dropped.incrementAndGet();
    }
  }

  @SuppressWarnings("unchecked") // codecs are registered under the class of their keys
  private static <K extends EvidenceKey.Fetched<T>, T> String name(
      EvidenceCodec<?, ?> of, Slot slot) {
    return Envelope.name((EvidenceCodec<K, T>) of, (K) slot.key(), slot.access());
  }

  /** What is kept under {@code slot}; may wait a moment, so not for event loops. */
  Optional<Evidence.Present<?>> find(Slot slot) {
    EvidenceCodec<?, ?> codec = codecs.get(slot.key().getClass());
    return codec == null || !usable ? Optional.empty() : find(codec, slot);
  }

  @SuppressWarnings("unchecked") // codecs are registered under the class of their keys
  private <K extends EvidenceKey.Fetched<T>, T> Optional<Evidence.Present<?>> find(
      EvidenceCodec<?, ?> of, Slot slot) {
    EvidenceCodec<K, T> codec = (EvidenceCodec<K, T>) of;
    K key = (K) slot.key();
    String name = Envelope.name(codec, key, slot.access());
    Optional<byte[]> record = read(name);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    return switch (envelope.open(codec, key, name, record.get())) {
      case Envelope.Opened.Value(Evidence.Present<?> evidence) -> Optional.of(evidence);
      case Envelope.Opened.Other other -> Optional.empty();
      case Envelope.Opened.Damaged(String how) -> {
        refused.incrementAndGet();
        events.file(FileEvent.DAMAGED, name + ": " + how);
        yield Optional.empty();
      }
      case Envelope.Opened.Forged forged -> {
        refused.incrementAndGet();
        events.file(FileEvent.FORGED, name);
        yield Optional.empty();
      }
    };
  }

  private Optional<byte[]> read(String name) {
    CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
    return answered(new Work.Find(name, answer), answer, Optional.empty());
  }

  /** What the owner answers to {@code work}; {@code nothing} where it does not in time. */
  private <A> A answered(Work work, CompletableFuture<A> answer, A nothing) {
    if (!queue.offer(work)) {
      return nothing;
    }
    try {
      return answer.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return nothing;
    } catch (ExecutionException | TimeoutException slow) {
      return nothing; // asking the source takes its place
    }
  }

  /**
   * The questions of {@code kind} under whose names there is something, at most so many; whether it
   * is genuine shows {@link #find}. None of kinds whose names cannot be read back, and of what was
   * learnt with a credential; empty while the file does not answer. May wait a moment, so not for
   * event loops.
   */
  <K extends EvidenceKey.Fetched<?>> Optional<List<K>> keys(Class<K> kind, int most) {
    EvidenceCodec<?, ?> codec = codecs.get(kind);
    if (codec == null) {
      return Optional.of(List.of());
    }
    String prefix = codec.type() + " ";
    CompletableFuture<Optional<List<String>>> answer = new CompletableFuture<>();
    return answered(new Work.Names(prefix, most, answer), answer, Optional.empty())
        .map(names ->
            names.stream()
                .filter(name -> name.length() > prefix.length() && name.endsWith(" "))
                .flatMap(name ->
                    codec.key(name.substring(prefix.length(), name.length() - 1)).stream()
                        .filter(key -> name(codec, new Slot(key, "")).equals(name)))
                .map(kind::cast)
                .toList());
  }

  private void own(RecordFile file) {
    long openAt = ticker.read();
    committed = openAt;
    boolean stopping = false;
    while (!stopping) {
      if (!file.isOpen() && openAt - ticker.read() <= 0) {
        openAt = ticker.read() + OPEN_AGAIN.toNanos();
        file.open();
      }
      usable = file.isOpen();
      tried.countDown();
      List<Work> batch = next();
      stopping = batch.stream().anyMatch(Work.Stop.class::isInstance);
      try {
        work(file, batch);
      } catch (RuntimeException | Error broken) {
        if (file.failed(broken)) {
          openAt = ticker.read(); // a damaged one was put aside, the next is good at once
        }
      } finally {
        usable = file.isOpen();
        release(batch);
      }
    }
    file.close();
    usable = false;
  }

  private List<Work> next() {
    List<Work> batch = new ArrayList<>();
    try {
      Work first = queue.poll(1, TimeUnit.SECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, MOST_PER_COMMIT - 1);
      }
    } catch (InterruptedException nobody) {
      throw new IllegalStateException("nobody interrupts this thread", nobody);
    }
    return batch;
  }

  private void work(RecordFile file, List<Work> batch) {
    for (Work one : batch) {
      switch (one) {
        case Work.Put(String name, byte[] record) -> {
          file.put(name, record);
          uncommitted++;
          if (!file.isOpen()) {
            dropped.incrementAndGet();
          }
        }
        case Work.Forget(String name) -> {
          file.remove(name);
          uncommitted++;
        }
        case Work.Find(String name, var answer) -> {
          byte @Nullable [] record = file.get(name);
          answer.complete(Optional.ofNullable(record));
        }
        case Work.Names(String prefix, int most, var answer) -> {
          List<String> names = file.names(prefix, most);
          answer.complete(file.isOpen() ? Optional.of(names) : Optional.empty());
        }
        case Work.Stop stop -> {}
      }
    }
    boolean quiet = batch.isEmpty();
    if (uncommitted > 0
        && (quiet
            || uncommitted >= MOST_PER_COMMIT
            || ticker.read() - committed >= COMMIT_AFTER.toNanos())) {
      file.commit();
      uncommitted = 0;
      committed = ticker.read();
      file.keepBelow(mostBytes);
    } else if (quiet) {
      file.compact();
    }
  }

  /** Whoever still waits is told that there is nothing. */
  private static void release(List<Work> batch) {
    for (Work one : batch) {
      switch (one) {
        case Work.Find(var name, var answer) -> answer.complete(Optional.empty());
        case Work.Names(var prefix, var most, var answer) -> answer.complete(Optional.empty());
        default -> {}
      }
    }
  }

  /** Writes what was put and lets go of the file. */
  @Override
  public void close() {
    try {
      // Behind all that was put, if there is room; a full queue is worth waiting for a moment.
      if (queue.offer(new Work.Stop(), 2, TimeUnit.SECONDS)) {
        owner.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
