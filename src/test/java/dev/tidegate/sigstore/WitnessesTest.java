package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.ISSUER;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.STRANGER;
import static dev.tidegate.sigstore.Forgery.SUBJECT;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static dev.tidegate.sigstore.Forgery.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.tsp.TimeStampResp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs and timestamp authorities: how many say when, and at which times they may. */
class WitnessesTest {
  private static final TestSigstore SECOND = new TestSigstore("example.org");

  private static Bundles.Builder bundle() {
    return Bundles.of(
        RELEASE, CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of()));
  }

  private static Bundles.Builder keyless() {
    return bundle().by(SIGSTORE.issue(request()));
  }

  private static Signer logs(TrustRoot root, int least) {
    return new Signer.ByKey(RELEASE.key(), TransparencyLog.REQUIRED, Optional.of(root), least);
  }

  private static Signer clocks(TrustRoot root, int least) {
    return identity(root, TransparencyLog.NOT_REQUIRED, least);
  }

  private static Signer identity(TrustRoot root, TransparencyLog log, int leastClocks) {
    return new Signer.ByIdentity(
        IdentityPattern.exactly(ISSUER),
        IdentityPattern.exactly(SUBJECT),
        Map.of(),
        log,
        root,
        true,
        1,
        leastClocks);
  }

  @Test
  void T18_anEntryThatIsThereTwiceCountsOnce() {
    Bundles.Builder twice = bundle();
    twice.entry(SIGSTORE.entry(twice.body(), SIGNED));
    twice.entry(SIGSTORE.entry(twice.body(), SIGNED.plusSeconds(1)));
    TrustRoot both = Bundles.joined(SIGSTORE, SECOND);
    proven(twice.build(), logs(both, 1));
    assertThat(rejected(twice.build(), logs(both, 2), Reason.NOT_LOGGED))
        .isEqualTo("it is in 1 of the trusted root's logs, and 2 are demanded");
    Bundles.Builder two = bundle();
    two.entry(SIGSTORE.entry(two.body(), SIGNED)).entry(SECOND.entry(two.body(), SIGNED));
    proven(two.build(), logs(both, 2));
    rejected(two.build(), logs(both, 3), Reason.NOT_LOGGED);
    rejected(two.build(), logs(ROOT, 2), Reason.NOT_LOGGED);
  }

  @Test
  void T18_oneLogUnderTwoNamesOrWithTwoKeysCountsOnce() {
    Bundles.Builder twice = bundle();
    twice.entry(SIGSTORE.entry(twice.body(), SIGNED)).entry(SIGSTORE.entry(twice.body(), SIGNED));
    TrustRoot twoNames =
        Bundles.root(
            SIGSTORE.trustedRoot(),
            json -> {
              ObjectNode other = json.at("/tlogs/0").deepCopy();
              json.withArray("/tlogs").add(other.put("baseUrl", "https://rekor.example.org"));
            });
    rejected(twice.build(), logs(twoNames, 2), Reason.NOT_LOGGED);
    TestSigstore sameName = new TestSigstore();
    Bundles.Builder twoKeys = bundle();
    twoKeys
        .entry(SIGSTORE.entry(twoKeys.body(), SIGNED))
        .entry(sameName.entry(twoKeys.body(), SIGNED));
    rejected(twoKeys.build(), logs(Bundles.joined(SIGSTORE, sameName), 2), Reason.NOT_LOGGED);
  }

  @Test
  void T18_twoStampsOfOneAuthorityCountOnce() {
    TrustRoot both = Bundles.joined(SIGSTORE, SECOND);
    Bundles.Builder bundle = keyless();
    bundle.stamp(SIGSTORE.stamp(bundle.signature(), SIGNED));
    bundle.stamp(SIGSTORE.stamp(bundle.signature(), SIGNED.plusSeconds(1)));
    proven(bundle.build(), clocks(both, 1));
    assertThat(rejected(bundle.build(), clocks(both, 2), Reason.BAD_TIME))
        .isEqualTo(
            "1 of the trusted root's logs and authorities say when it was signed, and 2 are"
                + " demanded");
    bundle.stamp(SECOND.stamp(bundle.signature(), SIGNED));
    proven(bundle.build(), clocks(both, 2));
    rejected(bundle.build(), clocks(both, 3), Reason.BAD_TIME);
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    proven(bundle.build(), clocks(both, 3));
  }

  @Test
  void T18_aLogThatGivesNoTimeIsNoClock() {
    Bundles.Builder bundle = keyless();
    bundle.entry(SIGSTORE.untimedEntry(bundle.body()));
    rejected(bundle.build(), identity(ROOT, TransparencyLog.REQUIRED, 1), Reason.BAD_TIME);
    bundle.stamp(SIGSTORE.stamp(bundle.signature(), SIGNED));
    proven(bundle.build(), identity(ROOT, TransparencyLog.REQUIRED, 1));
    rejected(bundle.build(), identity(ROOT, TransparencyLog.REQUIRED, 2), Reason.BAD_TIME);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 17})
  void thresholdsHaveBounds(int least) {
    assertThatThrownBy(() -> logs(ROOT, least)).isInstanceOf(BadValue.class);
    assertThatThrownBy(() -> clocks(ROOT, least)).isInstanceOf(BadValue.class);
  }

  @Test
  void everyEntryMustBeGenuineNotOnlyTheFirst() {
    Bundles.Builder bundle = bundle();
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    Map<String, Object> foreign =
        SIGSTORE.entry(
            TestSigstore.dsse(new byte[] {1}, bundle.signature(), RELEASE.pem()), SIGNED);
    bundle.entry(foreign);
    rejected(bundle.build(), logs(ROOT, 1), Reason.BAD_LOG_ENTRY);
  }

  @Test
  void T18_aLogsKeyCountsToTheLastSecondOfItsTime() {
    for (boolean timed : new boolean[] {true, false}) {
      Bundles.Builder bundle = keyless();
      bundle.stamp(SIGSTORE.stamp(bundle.signature(), SIGNED));
      bundle.entry(
          timed ? SIGSTORE.entry(bundle.body(), SIGNED) : SIGSTORE.untimedEntry(bundle.body()));
      for (int start = -1; start <= 1; start++) {
        for (int end = -1; end <= 1; end++) {
          Signer signer =
              identity(of("tlogs/0/publicKey", start, end), TransparencyLog.REQUIRED, 1);
          if (start <= 0 && end >= 0) {
            proven(bundle.build(), signer);
          } else {
            rejected(bundle.build(), signer, Reason.BAD_LOG_ENTRY);
          }
        }
      }
    }
  }

  @Test
  void T18_anAuthoritysTimestampsCountToTheLastSecondOfItsTime() {
    Bundles.Builder bundle = keyless();
    bundle.stamp(SIGSTORE.stamp(bundle.signature(), SIGNED));
    for (int start = -1; start <= 1; start++) {
      for (int end = -1; end <= 1; end++) {
        Signer signer = clocks(of("timestampAuthorities/0", start, end), 1);
        if (start <= 0 && end >= 0) {
          proven(bundle.build(), signer);
        } else {
          rejected(bundle.build(), signer, Reason.BAD_LOG_ENTRY);
        }
      }
    }
  }

  @Test
  void T17_certificatesCountToTheLastSecondOfTheirAuthoritysTime() {
    Bundles.Builder bundle = keyless();
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    for (int start = -1; start <= 1; start++) {
      for (int end = -1; end <= 1; end++) {
        Signer signer = clocks(of("certificateAuthorities/0", start, end), 1);
        if (start <= 0 && end >= 0) {
          proven(bundle.build(), signer);
        } else {
          rejected(bundle.build(), signer, Reason.BAD_CERTIFICATE);
        }
      }
    }
  }

  /** The trusted root in which what stands at {@code path} is valid so near to SIGNED only. */
  private static TrustRoot of(String path, int start, int end) {
    return Bundles.root(
        SIGSTORE.trustedRoot(),
        json ->
            ((ObjectNode) json.at("/" + path))
                .putObject("validFor")
                .put("start", SIGNED.plusSeconds(start).toString())
                .put("end", SIGNED.plusSeconds(end).toString()));
  }

  @Test
  void aCertificateCountsToTheLastSecondOfItsTime() {
    for (int seconds : new int[] {-1, 0, 600, 601}) {
      Instant at = SIGNED.plusSeconds(seconds);
      Bundles.Builder logged = keyless();
      logged.entry(SIGSTORE.entry(logged.body(), at));
      Bundles.Builder stamped = keyless();
      stamped.stamp(SIGSTORE.stamp(stamped.signature(), at));
      for (SignatureDocument document : List.of(logged.build(), stamped.build())) {
        if (seconds < 0 || seconds > 600) {
          rejected(document, clocks(ROOT, 1), Reason.BAD_TIME);
        } else {
          proven(document, clocks(ROOT, 1));
        }
      }
    }
  }

  @Test
  void T17_expiredCertificatesOfAuthoritiesDoNotCountWithOrWithoutLog() {
    Instant end = SIGNED.plus(Duration.ofMinutes(2));
    for (TestSigstore sigstore :
        List.of(TestSigstore.endingAt(end), TestSigstore.withIntermediateEndingAt(end))) {
      TrustRoot root = Bundles.joined(sigstore, SECOND);
      X509Certificate certificate = sigstore.issue(request());
      for (int seconds : new int[] {0, 1}) {
        Instant at = end.plusSeconds(seconds);
        Bundles.Builder none = bundle().by(certificate);
        rejected(none.build(), clocks(root, 1), Reason.BAD_TIME);
        Bundles.Builder logged = bundle().by(certificate);
        logged.entry(SECOND.entry(logged.body(), at));
        Bundles.Builder stamped = bundle().by(certificate);
        stamped.stamp(SECOND.stamp(stamped.signature(), at));
        Bundles.Builder both = bundle().by(certificate);
        both.entry(SECOND.entry(both.body(), at)).stamp(SECOND.stamp(both.signature(), at));
        for (Bundles.Builder one : List.of(logged, stamped, both)) {
          if (seconds == 0) {
            proven(one.build(), clocks(root, 1));
          } else {
            rejected(one.build(), clocks(root, 1), Reason.BAD_CERTIFICATE);
          }
        }
      }
    }
  }

  @Test
  void T17_timestampsOfAnAuthorityWhoseRootHasExpiredDoNotCount() {
    Instant end = SIGNED.plus(Duration.ofMinutes(2));
    for (TestSigstore sigstore :
        List.of(TestSigstore.endingAt(end), TestSigstore.withIntermediateEndingAt(end))) {
      TrustRoot root = Bundles.joined(SIGSTORE, sigstore);
      Bundles.Builder last = keyless();
      proven(last.stamp(sigstore.stamp(last.signature(), end)).build(), clocks(root, 1));
      Bundles.Builder late = keyless();
      late.stamp(sigstore.stamp(late.signature(), end.plusSeconds(1)));
      rejected(late.build(), clocks(root, 1), Reason.BAD_LOG_ENTRY);
    }
  }

  @Test
  void T18_certificatesInATimestampProveNothing() {
    Bundles.Builder bundle = keyless();
    byte[] signature = bundle.signature();
    X509Certificate genuine = SIGSTORE.stamping();
    TestSigstore forger = new TestSigstore();
    for (List<X509Certificate> certificates :
        List.of(
            List.of(forger.stamping(), genuine),
            List.of(genuine, forger.stamping()),
            List.of(genuine),
            List.<X509Certificate>of())) {
      Bundles.Builder forged = keyless();
      forged.stamp(forger.stamp(forged.signature(), SIGNED, certificates));
      rejected(forged.build(), clocks(ROOT, 1), Reason.BAD_LOG_ENTRY);
    }
    proven(
        bundle.stamp(SIGSTORE.stamp(signature, SIGNED, List.of(genuine))).build(), clocks(ROOT, 1));
  }

  /** The status stands outside of what is signed, so the token in it is genuine all the same. */
  @Test
  void aTimestampThatItsAuthorityDidNotGrantIsNone() throws IOException {
    for (int status = PKIStatus.GRANTED; status <= PKIStatus.REVOCATION_NOTIFICATION; status++) {
      Bundles.Builder bundle = keyless();
      TimeStampResp response =
          TimeStampResp.getInstance(SIGSTORE.stamp(bundle.signature(), SIGNED));
      bundle.stamp(
          new TimeStampResp(
                  new PKIStatusInfo(PKIStatus.getInstance(new ASN1Integer(status))),
                  response.getTimeStampToken())
              .getEncoded());
      if (status <= PKIStatus.GRANTED_WITH_MODS) {
        proven(bundle.build(), clocks(ROOT, 1));
      } else {
        assertThat(rejected(bundle.build(), clocks(ROOT, 1), Reason.BAD_LOG_ENTRY))
            .endsWith("the authority did not grant it");
      }
    }
  }

  @Test
  void aTimestampOfAnotherSignatureIsNone() {
    Bundles.Builder bundle = keyless();
    bundle.stamp(SIGSTORE.stamp(STRANGER.sign(new byte[] {1}), SIGNED));
    rejected(bundle.build(), clocks(ROOT, 1), Reason.BAD_LOG_ENTRY);
  }

  @Test
  void textsNameTheIndexThatIsProvenWhereNobodySignsTheOther() {
    Bundles.Builder bundle = bundle();
    bundle.entry(SIGSTORE.untimedEntry(bundle.body()));
    assertThat(proven(bundle.build(), logs(ROOT, 1)).log())
        .contains("https://rekor.example.com entry 0");
  }
}
