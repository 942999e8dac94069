package dev.tidegate.store;

import dev.tidegate.evidence.EvidenceKey;

/** Is told of what people should know about. What it throws is of no consequence. */
public interface StoreEvents {
  /** Tells nobody. */
  StoreEvents NONE =
      new StoreEvents() {
        @Override
        public void defect(EvidenceKey<?> key, RuntimeException defect) {}

        @Override
        public void file(FileEvent event, String detail) {}
      };

  /** A source or derivation threw {@code defect} when asked for {@code key}. */
  void defect(EvidenceKey<?> key, RuntimeException defect);

  /** Something about the file. */
  void file(FileEvent event, String detail);

  /** What can happen to the file. */
  enum FileEvent {
    /** It is in use. */
    OPENED,
    /** It cannot be used for now; evidence is kept in memory only. */
    UNUSABLE,
    /** It was damaged; it was put aside and a new one begun. */
    SET_ASIDE,
    /** A record is not what was written. */
    DAMAGED,
    /** A record has no valid seal: somebody else wrote it, or its key is gone. */
    FORGED
  }
}
