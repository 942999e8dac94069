package dev.tidegate.cli;

import dev.tidegate.cli.Diagnosis.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was seen of one host, or of one image, in the order in which it was looked at. */
final class Chart {
  private final String of;
  private final List<Diagnosis> diagnoses = new ArrayList<>();
  private String version = "";

  /** An empty one of the host or image {@code of}. */
  Chart(String of) {
    this.of = of;
  }

  /** It is a Harbor of this version. */
  void version(String text) {
    version = text;
  }

  /** Something works. */
  void ok(String subject, String what) {
    diagnoses.add(new Diagnosis(subject, State.OK, what, Optional.empty()));
  }

  /** Something works, but is to be looked after. */
  void warning(String subject, String what, String repair) {
    diagnoses.add(new Diagnosis(subject, State.WARNING, what, Optional.of(repair)));
  }

  /** Something does not work. */
  void wrong(String subject, String what, String repair) {
    diagnoses.add(new Diagnosis(subject, State.WRONG, what, Optional.of(repair)));
  }

  /** Something was not looked at. */
  void skipped(String subject, String why) {
    diagnoses.add(new Diagnosis(subject, State.SKIPPED, why, Optional.empty()));
  }

  /** The host or image. */
  String of() {
    return of;
  }

  /** Of the Harbor; empty when it is none or does not say. */
  String version() {
    return version;
  }

  /** All that was seen. */
  List<Diagnosis> diagnoses() {
    return List.copyOf(diagnoses);
  }

  /** How many things stand like that. */
  long count(State state) {
    return diagnoses.stream().filter(one -> one.state() == state).count();
  }
}
