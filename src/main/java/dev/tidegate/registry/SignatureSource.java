package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.SignatureDocument.Kind;
import dev.tidegate.evidence.SignatureDocuments;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * What lies beside an image and may be a signature or attestation: cosign's tags {@code
 * sha256-….sig} and {@code .att}, and what refers to the image (OCI 1.1 referrers, or the tag that
 * stands in for them). All places are read side by side: one never hides another.
 */
final class SignatureSource implements EvidenceSource<Signatures, SignatureDocuments> {
  private final RegistryClient client;
  private final InstantSource clock;

  SignatureSource(RegistryClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Class<Signatures> serves() {
    return Signatures.class;
  }

  @Override
  public String access(Signatures key) {
    return client.access(key.image().in());
  }

  @Override
  public Evidence<SignatureDocuments> obtain(Signatures key, Errand errand)
      throws InterruptedException {
    Instant start = clock.instant();
    Gathering gathering = new Gathering(client, key.image(), errand.budget());
    List<Gathering.Place> places =
        Gathering.together(
            List.of(
                () -> gathering.tagged(Kind.SIGNATURE, ".sig"),
                () -> gathering.tagged(Kind.ATTESTATION, ".att"),
                gathering::referring));
    Gathering.Place all = Gathering.Place.all(places);
    if (all.documents().isEmpty() && all.unread().isEmpty()) {
      return new Evidence.Absent<>(start);
    }
    if (places.stream().allMatch(Gathering.Place::unreadable)) {
      return new Evidence.Unavailable<>(all.unread().getFirst());
    }
    return new Evidence.Present<>(
        new SignatureDocuments(key.image(), all.documents(), all.unread()), start);
  }
}
