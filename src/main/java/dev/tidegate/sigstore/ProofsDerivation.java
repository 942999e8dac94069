package dev.tidegate.sigstore;

import dev.tidegate.evidence.Derivation;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.model.PlainText;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What documents beside an image prove of a signer: each is verified from end to end, or rejected
 * with the reason. The clock is asked only whether a log or timestamp claims to be of the future.
 */
public final class ProofsDerivation implements Derivation<EvidenceKey.Proofs, SignatureProofs> {
  /** Larger documents are not looked at. */
  static final int LARGEST = 32 * 1024 * 1024;

  /** What cosign allows in one place, twice over. */
  static final int MOST = 4000;

  private final InstantSource clock;

  /** Verifies, at the present of {@code clock}. */
  public ProofsDerivation(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Class<EvidenceKey.Proofs> serves() {
    return EvidenceKey.Proofs.class;
  }

  @Override
  public SignatureProofs derive(EvidenceKey.Proofs key) {
    List<Proven> proven = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    Verification verification =
        new Verification(key.signer(), key.documents().image().digest(), clock.instant());
    int seen = 0;
    for (SignatureDocument document : key.documents().documents()) {
      try {
        if (++seen > MOST) {
          throw Refused.malformed("there are more than " + MOST + " documents beside the image");
        }
        proven.add(proven(document, verification));
      } catch (Refused refused) {
        rejected.add(new Rejected(document.place(), refused.reason(), refused.why()));
      } catch (RuntimeException unforeseen) {
        // Libraries throw what they like at hostile input; it certainly proves nothing.
        rejected.add(
            new Rejected(
                document.place(),
                Reason.MALFORMED,
                "it cannot be read: " + PlainText.of(String.valueOf(unforeseen), 300)));
      }
    }
    return new SignatureProofs(proven, rejected);
  }

  private static Proven proven(SignatureDocument document, Verification verification)
      throws Refused {
    Signed signed =
        switch (document) {
          case SignatureDocument.Layer layer -> {
            bounded(layer.payload().size());
            yield LayerReader.read(layer);
          }
          case SignatureDocument.Bundle bundle -> {
            bounded(bundle.json().size());
            yield BundleReader.read(bundle.json());
          }
          case SignatureDocument.Broken broken -> throw Refused.malformed(broken.why());
        };
    Verification.Verified verified = verification.verify(signed);
    return new Proven(
        verified.kind(),
        document.place(),
        signed.format(),
        verified.signer(),
        verified.annotations(),
        verified.statement().map(Statement::predicateType),
        verified.statement().map(Statement::predicate),
        verified.log(),
        verified.times());
  }

  private static void bounded(int size) throws Refused {
    if (size > LARGEST) {
      throw Refused.malformed("it is larger than " + LARGEST / (1024 * 1024) + " MiB");
    }
  }
}
