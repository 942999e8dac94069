package dev.tidegate.check;

import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Passed;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one judging of images has come to so far, and how images that are not there are told of. */
final class ImageFindings {
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Doubt> doubts = new LinkedHashSet<>();
  private final Set<Proof> proofs = new LinkedHashSet<>();
  private final Set<Passed> passed = new LinkedHashSet<>();

  Outcome outcome() {
    return findings.isEmpty() && doubts.isEmpty()
        ? new Outcome.Pass(List.copyOf(proofs), List.copyOf(passed))
        : Outcome.of(findings, List.copyOf(doubts));
  }

  void wrong(Container container, Severity severity, String problem, String fix) {
    findings.add(finding(container, severity, problem, fix));
  }

  void wrong(Container container, ScanFindings.Told told) {
    Finding finding = finding(container, told.severity(), told.what(), told.fix());
    findings.add(told.until().map(finding::owing).orElse(finding));
  }

  /** The same for what waits for the scan of {@code image}. */
  void owingScan(Container container, ScanFindings.Told told, PinnedImage image) {
    findings.add(
        finding(container, told.severity(), told.what(), told.fix())
            .owingScan(image, told.until().orElseThrow()));
  }

  private static Finding finding(
      Container container, Severity severity, String problem, String fix) {
    return Finding.in(
        container,
        container.role() == Role.IMAGE_VOLUME ? "image.reference" : "image",
        severity,
        problem,
        fix);
  }

  /**
   * The image of {@code container} is no reference.
   *
   * @param so what follows from it: {@code nobody signed it}
   */
  void noReference(Container container, String so) {
    wrong(
        container,
        Severity.HIGH,
        PlainText.quote(container.image()) + " is not an image reference, so " + so,
        "write a full reference such as registry.example.com/team/app:1.2.3");
  }

  void noSuchTag(Container container, ImageReference reference) {
    wrong(
        container,
        Severity.HIGH,
        "image "
            + PlainText.of(reference.written(), 200)
            + " does not exist: its registry has no such tag",
        "push it, or correct the name");
  }

  void noSuchDigest(Container container, PinnedImage image) {
    wrong(
        container,
        Severity.HIGH,
        "image " + image + " does not exist: its registry has no such digest",
        "push it, or correct the digest");
  }

  void doubt(Doubt doubt) {
    doubts.add(doubt);
  }

  void doubt(Collection<Doubt> those) {
    doubts.addAll(those);
  }

  void proof(Proof proof) {
    proofs.add(proof);
  }

  void passed(Optional<Passed> image) {
    image.ifPresent(passed::add);
  }
}
