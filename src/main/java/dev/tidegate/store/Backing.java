package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is known: the memory, and the file under it if there is one, from which is taken over and
 * which keeps what is learned.
 */
final class Backing {
  private final Memory memory;
  private final Optional<Archive> archive;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private final Ticker ticker;
  private final LongAdder takenOver = new LongAdder();

  /** By registry: answers of before that moment are used only where asking fails. */
  private final Map<String, Instant> doubted = new ConcurrentHashMap<>();

  Backing(
      Memory memory,
      Optional<Archive> archive,
      Lifetimes lifetimes,
      InstantSource clock,
      Ticker ticker) {
    this.memory = memory;
    this.archive = archive;
    this.lifetimes = lifetimes;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Whether memory has an answer under {@code slot}. */
  boolean inMemory(Slot slot) {
    Entry entry = memory.get(slot);
    return entry != null && entry.usable() != null;
  }

  /** Takes over what the file has under {@code slot}, unless memory knows an answer already. */
  boolean takeOver(Slot slot) {
    if (archive.isEmpty() || inMemory(slot)) {
      return false;
    }
    Optional<Evidence.Present<?>> found = archive.get().find(slot);
    if (found.isEmpty()) {
      return false;
    }
    Evidence.Present<?> present = found.get();
    Duration age = Duration.between(present.obtained(), clock.instant());
    Duration hard = lifetimes.hard(slot.key(), present, clock.instant());
    if (age.isNegative() || age.compareTo(hard) >= 0) {
      return false; // from the future means that the clock was set: nobody knows how old it is
    }
    long born = ticker.read() - age.toNanos();
    Entry.Learned learned = new Entry.Learned(present, born, born + hard.toNanos());
    memory.learn(slot, learned);
    takenOver.increment();
    return true;
  }

  /** From now on answers of {@code registry} from before {@code moment} are doubted. */
  void doubt(String registry, Instant moment) {
    doubted.put(registry, moment);
  }

  /** Whether memory has an answer that may be older than what is doubted. */
  boolean doubts(Slot slot) {
    Entry entry = memory.get(slot);
    return entry != null
        && entry.usable() != null
        && entry.usable().evidence() instanceof Evidence.Present<?>(var value, Instant obtained)
        && registry(slot.key()).map(doubted::get).filter(obtained::isBefore).isPresent();
  }

  private static Optional<String> registry(EvidenceKey<?> key) {
    return switch (key) {
      case EvidenceKey.Resolution tag -> Optional.of(tag.tagged().repository().registry());
      case EvidenceKey.Manifest manifest -> Optional.of(manifest.image().in().registry());
      case EvidenceKey.Config config -> Optional.of(config.image().in().registry());
      case EvidenceKey.Signatures signatures -> Optional.of(signatures.image().in().registry());
      case EvidenceKey.Scan scan -> Optional.of(scan.image().in().registry());
      case EvidenceKey.ProjectAllowList list -> Optional.of(list.registry());
      default -> Optional.empty();
    };
  }

  /** What is known under {@code slot}, of whatever age; may read the file. */
  Optional<Object> before(Slot slot) {
    Entry entry = memory.get(slot);
    if (entry != null
        && entry.usable() != null
        && entry.usable().evidence() instanceof Evidence.Present<?>(Object value, var at)) {
      return Optional.of(value);
    }
    return archive.flatMap(file -> file.find(slot)).map(Evidence.Present::value);
  }

  /**
   * Learns {@code answer}, obtained at {@code now}.
   *
   * @param born reading of the ticker when asking began
   */
  void learn(Slot slot, Evidence<?> answer, Instant now, long born) {
    // From now on, not from when asking began: a slow answer must not be dead on arrival.
    long end = ticker.read() + life(slot, answer, now).toNanos();
    Entry.Learned learned = new Entry.Learned(answer, born, end);
    memory.learn(slot, learned);
    keep(slot, answer);
  }

  private Duration life(Slot slot, Evidence<?> answer, Instant now) {
    return Entry.incomplete(answer) && answer instanceof Evidence.Present<?>
        ? lifetimes.unavailable()
        : lifetimes.hard(slot.key(), answer, now);
  }

  /** Keeps {@code answer}, or that there is none, a little later. */
  private void keep(Slot slot, Evidence<?> answer) {
    if (archive.isEmpty()) {
      return;
    }
    if (answer instanceof Evidence.Present<?> present && !Entry.incomplete(answer)) {
      archive.get().put(slot, present);
    } else if (answer instanceof Evidence.Absent<?>
        && !OwnMoments.are(slot.key())) { // nobody else can tell it again
      archive.get().forget(slot); // else the answer of before would come back with its file
    }
  }

  /** The file shall have nothing under {@code slot}. */
  void forget(Slot slot) {
    archive.ifPresent(file -> file.forget(slot));
  }

  /** The questions of {@code kind} that the file has something under, at most so many. */
  <K extends EvidenceKey.Fetched<?>> Optional<List<K>> keys(Class<K> kind, int most) {
    return archive.isEmpty() ? Optional.of(List.of()) : archive.get().keys(kind, most);
  }

  /** How many answers were taken over from the file. */
  long takenOver() {
    return takenOver.sum();
  }

  /** Whether there is a file and it is in use. */
  boolean usable() {
    return archive.map(Archive::usable).orElse(false);
  }

  void close() {
    archive.ifPresent(Archive::close);
  }
}
