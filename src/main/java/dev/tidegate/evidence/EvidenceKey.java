package dev.tidegate.evidence;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Map;

/**
 * A question that evidence answers; the type parameter is the type of the answer. Keys are values:
 * two equal keys are the same question.
 */
public sealed interface EvidenceKey<T> {

  /** Costs time: asked of another machine, remembered for a while. */
  sealed interface Fetched<T> extends EvidenceKey<T> {}

  /** Costs CPU only: carries its inputs, remembered in memory. */
  sealed interface Derived<T> extends EvidenceKey<T>, Weighed {}

  /**
   * Known already or not at all: informers, or the files of a command; never stored, never waited
   * for.
   */
  sealed interface Live<T> extends EvidenceKey<T> {}

  /** The labels of a namespace; absent when there is no such namespace. */
  record NamespaceLabels(String namespace) implements Fetched<Map<String, String>> {}

  /** The network policies that concern a namespace, as last heard of. */
  record Isolation(String namespace) implements Live<NetworkPolicies> {}

  /**
   * The network policies that concern a namespace, read anew: no denial rests on an absence that
   * may be a delay of the informer.
   */
  record IsolationNow(String namespace) implements Fetched<NetworkPolicies> {}

  /**
   * When a workload of a namespace was first let through owing something; absent when it never was.
   *
   * @param workload as {@code Subject.workload()} names it
   */
  record FirstOwing(String namespace, String workload) implements Live<Instant> {}

  /**
   * What a tag points at; absent when there is no such tag or repository. Tags move: whoever asks
   * says how old the answer may be ({@link Facts#asOf}).
   *
   * @param tagged a reference without digest
   */
  record Resolution(ImageReference tagged) implements Fetched<PinnedImage> {
    public Resolution {
      if (tagged.digest().isPresent()) {
        throw new BadValue(tagged + " has a digest", "ask for what the digest names");
      }
    }
  }

  /** The manifest or index that a digest names; absent when the registry does not have it. */
  record Manifest(PinnedImage image) implements Fetched<ImageManifest> {}

  /** The configuration of one image; absent when there is no such image, or it is an index. */
  record Config(PinnedImage image) implements Fetched<ImageConfig> {}

  /** What may be signatures and attestations of an image; absent when there is nothing. */
  record Signatures(PinnedImage image) implements Fetched<SignatureDocuments> {}

  /**
   * What is known about the scan of one image, not of an index: its parts are asked for one by one.
   * Absent when there is no such image where scans are read.
   */
  record Scan(PinnedImage image, ScanSource source) implements Fetched<ScanState> {}

  /**
   * That an image was let through in a namespace because a check with these demands found nothing
   * wrong with it; absent when it never was.
   *
   * @param demands what was demanded, as the check names it
   */
  record PassedBefore(String demands, String namespace, PinnedImage image)
      implements Fetched<Passage> {}

  /**
   * Since when pods of a namespace are let through with an image that its proxy cache could not
   * have scanned yet; absent when none was, or a scan was there afterwards. By namespace, so that
   * nobody can use up another's time.
   */
  record AdmittedUnscanned(String namespace, PinnedImage image) implements Fetched<Unscanned> {}

  /**
   * The vulnerabilities that a Harbor project says it can live with; absent when there is no such
   * project.
   *
   * @param registry host, with its port if it has one
   */
  record ProjectAllowList(String registry, String project) implements Fetched<CveAllowList> {}

  /** What the documents prove of one signer. */
  record Proofs(SignatureDocuments documents, Signer signer) implements Derived<SignatureProofs> {
    @Override
    public int weight() {
      return documents.weight();
    }
  }

  /** What the scan report in a verified statement says. */
  record AttestedScan(Predicate.Vulnerabilities statement) implements Derived<ScanState> {
    @Override
    public int weight() {
      return statement.weight();
    }
  }
}
