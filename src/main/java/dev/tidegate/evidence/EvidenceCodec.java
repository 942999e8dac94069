package dev.tidegate.evidence;

import java.util.Optional;

/**
 * How the values of one kind of question are written where they outlive the process.
 *
 * @param <K> the kind of question
 * @param <T> the kind of answer
 */
public interface EvidenceCodec<K extends EvidenceKey.Fetched<T>, T> {
  /** The questions whose answers it writes. */
  Class<K> serves();

  /** A short name that never changes, for records: {@code manifest}. */
  String type();

  /** Version of the form; records of another are not read. */
  int schema();

  /** {@code key} as text; equal texts are equal keys. */
  String name(K key);

  /**
   * The key that {@link #name} names so; empty when it names none, or when nobody needs to know
   * which keys there are.
   */
  default Optional<K> key(String name) {
    return Optional.empty();
  }

  /**
   * Whether {@link #decode} proves by hashing that the value belongs to the key, so that nobody can
   * forge a record.
   */
  boolean provesItself();

  /** {@code value} as bytes. */
  byte[] encode(T value);

  /**
   * The value that {@code bytes} are.
   *
   * @throws Damaged if they are none, or none of {@code key}
   */
  T decode(K key, byte[] bytes) throws Damaged;

  /** A record that cannot be what it should be. */
  final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    /** Damaged, and {@code how}. */
    public Damaged(String how) {
      super(how);
    }
  }
}
