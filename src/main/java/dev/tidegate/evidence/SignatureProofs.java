package dev.tidegate.evidence;

import dev.tidegate.model.PlainText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What documents beside an image prove of one signer, and for each that proves nothing, why. An
 * explanation, not a boolean.
 *
 * @param proven what counts
 * @param rejected what does not
 */
public record SignatureProofs(List<Proven> proven, List<Rejected> rejected) implements Weighed {
  public SignatureProofs {
    proven = List.copyOf(proven);
    rejected = List.copyOf(rejected);
  }

  @Override
  public int weight() {
    long weight = 500L * rejected.size();
    for (Proven one : proven) {
      weight += 800 + one.predicate().map(Predicate::weight).orElse(0);
    }
    return (int) Math.min(weight, Integer.MAX_VALUE);
  }

  /** What a proven document is. */
  public enum Kind {
    /** A signature of the image. */
    SIGNATURE,
    /** A statement about the image; never counts as a signature. */
    ATTESTATION
  }

  /** How a document is written. */
  public enum Format {
    /** A layer under the {@code .sig} or {@code .att} tag. */
    LAYER,
    /** A Sigstore bundle. */
    BUNDLE
  }

  /**
   * One document that is verified from end to end.
   *
   * @param kind signature or attestation
   * @param place where it was found
   * @param format how it is written
   * @param signer what makes this signer another than others: the key's id, or issuer and subject;
   *     thresholds count distinct ones
   * @param annotations what was signed beside the digest
   * @param predicateType of an attestation
   * @param predicate what an attestation says
   * @param log the transparency log's entry that was verified, for people; empty when there was
   *     none, or no key to verify it with
   * @param times the moments at which it is proven to have existed, earliest first; empty when
   *     nothing trusted says so
   */
  public record Proven(
      Kind kind,
      String place,
      Format format,
      String signer,
      Map<String, String> annotations,
      Optional<String> predicateType,
      Optional<Predicate> predicate,
      Optional<String> log,
      List<Instant> times) {
    public Proven {
      Objects.requireNonNull(kind);
      place = PlainText.of(place, 300);
      Objects.requireNonNull(format);
      Objects.requireNonNull(signer);
      annotations = Map.copyOf(annotations);
      Objects.requireNonNull(predicateType);
      Objects.requireNonNull(predicate);
      log = log.map(text -> PlainText.of(text, 300));
      times = times.stream().sorted().toList();
    }
  }

  /**
   * One document that does not count for this signer.
   *
   * @param why as the end of "does not count: "
   */
  public record Rejected(String place, Reason reason, String why) {
    public Rejected {
      place = PlainText.of(place, 300);
      Objects.requireNonNull(reason);
      why = PlainText.of(why, 500);
    }
  }

  /** Why a document does not count, for programs and for the order of texts. */
  public enum Reason {
    /** Somebody else signed it. */
    OTHER_SIGNER,
    /** It is about another image. */
    OTHER_IMAGE,
    /** It is not what it should be: an attestation where a signature is wanted, or another type. */
    OTHER_KIND,
    /** The signature does not fit to what it should have signed. */
    BAD_SIGNATURE,
    /** The log entry is missing where it must be there. */
    NOT_LOGGED,
    /** The log entry, or the timestamp, is of something else or not genuine. */
    BAD_LOG_ENTRY,
    /** At no trusted time was the certificate or key valid. */
    BAD_TIME,
    /** The certificate is not of a trusted authority, or may not sign. */
    BAD_CERTIFICATE,
    /** It cannot be read, or is over a bound. */
    MALFORMED
  }
}
