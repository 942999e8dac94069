package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which attestations of an image count for several signers. Each stands alone: what one lacks no
 * other makes good.
 */
final class AttestationSearch {
  /** What one attestation must be. */
  interface Demand {
    /** Whether {@code proven} is of the kind that is asked for. */
    boolean asksFor(Proven proven);

    /** Why a verified one does not count, as the words after "but "; empty when it does. */
    Optional<String> against(Proven proven);
  }

  /**
   * What was found in one reading of what is beside an image.
   *
   * @param counted what counts, by the signer's name
   * @param near those of the kind that is asked for, by signers of the rule, that do not count
   * @param rejected all that does not count, once each, {@code near} first; those of other kinds
   *     only where there is none of that kind
   * @param doubts what could not be known
   */
  record Found(
      Map<String, List<Proven>> counted,
      List<Rejected> near,
      List<Rejected> rejected,
      List<Doubt> doubts) {
    private static Found nothing(List<Doubt> doubts) {
      return new Found(Map.of(), List.of(), List.of(), doubts);
    }

    /** One of each of those who are a {@code quorum}; empty where they are none. */
    Optional<Map<String, Proven>> enough(Quorum quorum) {
      return Assignment.of(quorum, counted);
    }

    /** One per distinct signer, by the signer's name. */
    Map<String, Proven> firsts() {
      Map<String, Proven> firsts = new LinkedHashMap<>();
      Set<String> seen = new LinkedHashSet<>();
      counted.forEach((name, all) ->
          all.stream()
              .filter(one -> seen.add(one.signer()))
              .findFirst()
              .ifPresent(one -> firsts.put(name, one)));
      return firsts;
    }
  }

  private final List<SignerSpec> signers;
  private final Demand demand;
  private final Facts facts;

  AttestationSearch(List<SignerSpec> signers, Demand demand, Facts facts) {
    this.signers = signers;
    this.demand = demand;
    this.facts = facts;
  }

  /** What is remembered to be beside {@code image}. */
  Found remembered(PinnedImage image) {
    return in(facts.get(new Signatures(image)));
  }

  /** What is there right now: people push first and attest after. */
  Found recent(PinnedImage image) {
    return in(facts.recent(new Signatures(image)));
  }

  private Found in(Evidence<SignatureDocuments> evidence) {
    return switch (evidence) {
      case Evidence.Present<SignatureDocuments> present -> in(present.value());
      case Evidence.Absent<SignatureDocuments> none -> Found.nothing(List.of());
      case Evidence.Unavailable<SignatureDocuments>(Doubt doubt) -> Found.nothing(List.of(doubt));
    };
  }

  private Found in(SignatureDocuments documents) {
    Map<String, List<Proven>> counted = new LinkedHashMap<>();
    Set<Rejected> near = new LinkedHashSet<>();
    Set<Rejected> own = new LinkedHashSet<>();
    Set<Rejected> others = new LinkedHashSet<>();
    Set<Doubt> doubts = new LinkedHashSet<>(documents.unread());
    Set<String> places = new LinkedHashSet<>();
    for (SignerSpec signer : signers) {
      switch (facts.get(new Proofs(documents, signer.signer()))) {
        case Evidence.Present<SignatureProofs>(SignatureProofs proofs, var at) -> {
          others.addAll(proofs.rejected());
          for (Proven one : proofs.proven()) {
            if (one.kind() != SignatureProofs.Kind.ATTESTATION) {
              places.add(one.place()); // a signature is no attestation, and nobody takes it for one
              continue;
            }
            Optional<Rejected> rejected = reject(signer, one);
            rejected.ifPresent(demand.asksFor(one) ? near::add : own::add);
            if (rejected.isEmpty()) {
              places.add(one.place());
              counted.computeIfAbsent(signer.name(), name -> new ArrayList<>()).add(one);
            }
          }
        }
        case Evidence.Absent<SignatureProofs> none -> {}
        case Evidence.Unavailable<SignatureProofs>(Doubt doubt) -> doubts.add(doubt);
      }
    }
    // Signatures are not what is looked for, and what is one signer's needs no explanation why it
    // is not another's.
    near.forEach(one -> places.add(one.place()));
    own.forEach(one -> places.add(one.place()));
    Set<String> signatures = signatures(documents);
    List<Rejected> rejected = new ArrayList<>(near.isEmpty() ? own : near);
    others.stream()
        .filter(one -> !signatures.contains(one.place()))
        .filter(one ->
            one.reason() != SignatureProofs.Reason.OTHER_SIGNER || !places.contains(one.place()))
        .forEach(rejected::add);
    return new Found(counted, List.copyOf(near), List.copyOf(rejected), List.copyOf(doubts));
  }

  private static Set<String> signatures(SignatureDocuments documents) {
    return documents.documents().stream()
        .filter(one ->
            one instanceof SignatureDocument.Layer layer
                && layer.kind() == SignatureDocument.Kind.SIGNATURE)
        .map(SignatureDocument::place)
        .collect(Collectors.toSet());
  }

  private Optional<Rejected> reject(SignerSpec signer, Proven one) {
    return against(signer, one, demand, facts.now())
        .map(why ->
            new Rejected(
                one.place(),
                SignatureProofs.Reason.OTHER_KIND,
                "it is by " + signer.name() + ", but " + why));
  }

  /** Why {@code one}, verified for {@code signer}, does not count; empty when it does. */
  static Optional<String> against(SignerSpec signer, Proven one, Demand demand, Instant now) {
    return signer.against(one, now).or(() -> demand.against(one));
  }
}
