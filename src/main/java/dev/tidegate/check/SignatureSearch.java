package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who of several signers has signed an image. Looks at what is remembered first; where that is not
 * enough, at what is there right now, since people push first and sign after.
 */
public final class SignatureSearch {
  private final List<SignerSpec> signers;
  private final Quorum quorum;
  private final Map<String, String> annotations;
  private final Facts facts;

  private SignatureSearch(
      List<SignerSpec> signers, Quorum quorum, Map<String, String> annotations, Facts facts) {
    this.signers = signers;
    this.quorum = quorum;
    this.annotations = annotations;
    this.facts = facts;
  }

  /** What was found about one image. */
  public sealed interface Found {}

  /**
   * Enough distinct signers.
   *
   * @param proven what proves it, by the signer's name
   */
  public record Enough(Map<String, Proven> proven) implements Found {}

  /**
   * Not enough, as of this moment.
   *
   * @param proven those who did sign, by the signer's name
   * @param rejected what was found and does not count, once each
   */
  public record TooFew(Map<String, Proven> proven, List<Rejected> rejected) implements Found {}

  /** It cannot be known at the moment. */
  public record NotKnown(List<Doubt> doubts) implements Found {}

  /**
   * Looks for signatures of {@code image}.
   *
   * @param quorum which of them together are enough
   * @param annotations what each signature must say beside the digest
   */
  public static Found of(
      PinnedImage image,
      List<SignerSpec> signers,
      Quorum quorum,
      Map<String, String> annotations,
      Facts facts) {
    return new SignatureSearch(signers, quorum, annotations, facts).search(image);
  }

  /** Looks for a signature of {@code image} by any of {@code signers}. */
  public static Found byAny(PinnedImage image, List<SignerSpec> signers, Facts facts) {
    Quorum one = Quorum.of(1, signers.stream().map(SignerSpec::name).toList());
    return of(image, signers, one, Map.of(), facts);
  }

  private Found search(PinnedImage image) {
    Found remembered = in(facts.get(new Signatures(image)));
    boolean settled =
        remembered instanceof Enough
            || (remembered instanceof NotKnown(List<Doubt> doubts) && Pending.in(doubts));
    return settled ? remembered : in(facts.recent(new Signatures(image)));
  }

  private Found in(Evidence<SignatureDocuments> evidence) {
    return switch (evidence) {
      case Evidence.Present<SignatureDocuments> present -> in(present.value());
      case Evidence.Absent<SignatureDocuments> none -> new TooFew(Map.of(), List.of());
      case Evidence.Unavailable<SignatureDocuments>(Doubt doubt) -> new NotKnown(List.of(doubt));
    };
  }

  private Found in(SignatureDocuments documents) {
    Map<String, List<Proven>> candidates = new LinkedHashMap<>();
    Set<Rejected> rejected = new LinkedHashSet<>();
    List<Doubt> doubts = new ArrayList<>(documents.unread());
    for (SignerSpec signer : signers) {
      switch (facts.get(new Proofs(documents, signer.signer()))) {
        case Evidence.Present<SignatureProofs>(SignatureProofs proofs, var at) -> {
          rejected.addAll(proofs.rejected());
          for (Proven one : proofs.proven()) {
            if (counts(signer, one, rejected)) {
              candidates.computeIfAbsent(signer.name(), name -> new ArrayList<>()).add(one);
            }
          }
        }
        case Evidence.Absent<SignatureProofs> none -> {}
        case Evidence.Unavailable<SignatureProofs>(Doubt doubt) -> doubts.add(doubt);
      }
    }
    Optional<Map<String, Proven>> enough = Assignment.of(quorum, candidates);
    if (enough.isPresent()) {
      return new Enough(enough.get());
    }
    if (!doubts.isEmpty()) {
      return new NotKnown(List.copyOf(doubts));
    }
    Map<String, Proven> some = distinct(candidates);
    return new TooFew(some, explained(some, rejected));
  }

  /** Those who have signed, each with another key or identity. */
  private static Map<String, Proven> distinct(Map<String, List<Proven>> candidates) {
    Map<String, Proven> some = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>();
    candidates.forEach((name, proven) ->
        proven.stream()
            .filter(one -> used.add(one.signer()))
            .findFirst()
            .ifPresent(one -> some.put(name, one)));
    return some;
  }

  private boolean counts(SignerSpec signer, Proven one, Set<Rejected> rejected) {
    if (one.kind() != SignatureProofs.Kind.SIGNATURE) {
      rejected.add(
          new Rejected(
              one.place(),
              SignatureProofs.Reason.OTHER_KIND,
              "it is an attestation by " + signer.name() + ", not a signature"));
      return false;
    }
    for (Map.Entry<String, String> wanted : annotations.entrySet()) {
      String said = one.annotations().get(wanted.getKey());
      if (!wanted.getValue().equals(said)) {
        rejected.add(
            new Rejected(
                one.place(),
                SignatureProofs.Reason.OTHER_KIND,
                "it is by "
                    + signer.name()
                    + ", but its annotation "
                    + wanted.getKey()
                    + (said == null ? " is missing" : " is " + said)
                    + " where "
                    + wanted.getValue()
                    + " is demanded"));
        return false;
      }
    }
    Optional<String> against = signer.against(one, facts.now());
    against.ifPresent(why ->
        rejected.add(
            new Rejected(
                one.place(),
                SignatureProofs.Reason.BAD_TIME,
                "it is by " + signer.name() + ", but " + why)));
    return against.isEmpty();
  }

  /** What one signer rejects may be what another proves; that needs no explanation. */
  private static List<Rejected> explained(Map<String, Proven> proven, Set<Rejected> rejected) {
    Set<String> counted = new LinkedHashSet<>();
    proven.values().forEach(one -> counted.add(one.place()));
    return rejected.stream()
        .filter(one ->
            one.reason() != SignatureProofs.Reason.OTHER_SIGNER || !counted.contains(one.place()))
        .toList();
  }
}
