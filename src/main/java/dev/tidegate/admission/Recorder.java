package dev.tidegate.admission;

/**
 * Is told what was decided. Whatever it does, it changes no decision; it must not block, since it
 * runs where decisions are made.
 */
public interface Recorder {
  /** A recorder that keeps nothing. */
  Recorder NONE =
      new Recorder() {
        @Override
        public void made(Decision decision) {}

        @Override
        public void defect(String where, Throwable defect) {}
      };

  /** {@code decision} was made. */
  void made(Decision decision);

  /** {@code where} threw {@code defect}, which was turned into "could not decide". */
  void defect(String where, Throwable defect);
}
