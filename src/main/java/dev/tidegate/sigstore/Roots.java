package dev.tidegate.sigstore;

import dev.sigstore.fulcio.client.FulcioVerifier;
import dev.sigstore.timestamp.client.TimestampVerifier;
import dev.sigstore.trustroot.CertificateAuthority;
import dev.sigstore.trustroot.SigstoreConfigurationException;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.sigstore.trustroot.TransparencyLog;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A trusted root, parsed. What of it cannot be used (keys of unknown kinds) is left out; what is
 * wrong in it is refused.
 *
 * @param logs transparency logs
 * @param authorities that issue certificates
 * @param fulcio verifies certificates; empty without authorities or certificate logs
 * @param clocks timestamp authorities
 */
record Roots(
    List<Log> logs,
    List<CertificateAuthority> authorities,
    Optional<FulcioVerifier> fulcio,
    List<Clock> clocks) {
  private static final int LARGEST = 1024 * 1024;
  private static final int MOST = 100;
  private static final String FIX =
      "write a Sigstore trusted root (cosign trusted-root create, or trusted_root.json of its TUF"
          + " repository)";

  /** A transparency log and its key. */
  record Log(TransparencyLog log, PublicKey key) {
    boolean is(Bytes id) {
      return Arrays.equals(log.getLogId().getKeyId(), id.toArray());
    }

    /** Whether {@code name} is what the log signs its checkpoints as. */
    boolean signsAs(String name) {
      return name.equals(log.getBaseUrl().getHost())
          || name.equals(log.getBaseUrl().getAuthority());
    }

    String name() {
      return log.getBaseUrl().toString();
    }
  }

  /**
   * A timestamp authority.
   *
   * @param key of its certificate
   * @param verifier of its timestamps, and of nobody else's
   */
  record Clock(CertificateAuthority authority, PublicKey key, TimestampVerifier verifier) {
    static Clock of(CertificateAuthority authority) throws GeneralSecurityException {
      return new Clock(
          authority,
          authority.getCertPath().getCertificates().getFirst().getPublicKey(),
          TimestampVerifier.newTimestampVerifier(List.of(authority)));
    }

    String name() {
      return authority.getUri().toString();
    }
  }

  /**
   * Parses.
   *
   * @throws BadValue if it is none that can be used
   */
  static Roots parse(Bytes json) {
    if (json.size() > LARGEST) {
      throw new BadValue("the trusted root is larger than 1 MiB", FIX);
    }
    try {
      Json read = Json.object(json.toArray(), "the trusted root");
      validity(read);
    } catch (Refused bad) {
      throw new BadValue(bad.why(), FIX);
    }
    SigstoreTrustedRoot root;
    try {
      root = SigstoreTrustedRoot.from(new ByteArrayInputStream(json.toArray()));
    } catch (SigstoreConfigurationException | RuntimeException bad) {
      throw new BadValue(
          "the trusted root cannot be read: " + PlainText.of(String.valueOf(bad.getMessage()), 200),
          FIX);
    }
    return of(root);
  }

  private static Roots of(SigstoreTrustedRoot root) {
    List<Log> logs = new ArrayList<>();
    for (TransparencyLog log : root.getTLogs()) {
      usable(log).ifPresent(key -> logs.add(new Log(log, key)));
    }
    if (logs.isEmpty() && root.getCAs().isEmpty() && root.getTSAs().isEmpty()) {
      throw new BadValue(
          "the trusted root names no transparency log, certificate authority or timestamp"
              + " authority whose key can be used",
          FIX);
    }
    try {
      List<Clock> clocks = new ArrayList<>();
      for (CertificateAuthority authority : root.getTSAs()) {
        clocks.add(Clock.of(authority));
      }
      return new Roots(
          List.copyOf(logs),
          root.getCAs(),
          root.getCAs().isEmpty() || root.getCTLogs().isEmpty()
              ? Optional.empty()
              : Optional.of(FulcioVerifier.newFulcioVerifier(root.getCAs(), root.getCTLogs())),
          List.copyOf(clocks));
    } catch (GeneralSecurityException | RuntimeException bad) {
      throw new BadValue(
          "a certificate or key of the trusted root cannot be used: "
              + PlainText.of(String.valueOf(bad.getMessage()), 200),
          FIX);
    }
  }

  private static Optional<PublicKey> usable(TransparencyLog log) {
    try {
      PublicKey key = log.getPublicKey().toJavaPublicKey();
      VerificationKey.of(key);
      return log.getBaseUrl().getHost() == null ? Optional.empty() : Optional.of(key);
    } catch (GeneralSecurityException | IllegalArgumentException ofUnknownKind) {
      return Optional
          .empty(); // a newer kind of key: what rests on it does not count, the rest does
    }
  }

  /** Without a start, something would be trusted for all times. */
  private static void validity(Json root) throws Refused {
    if (!root.text("mediaType").startsWith("application/vnd.dev.sigstore.trustedroot")) {
      throw Refused.malformed("the document is not a trusted root by its mediaType");
    }
    for (String list : List.of("tlogs", "ctlogs")) {
      for (Json log : root.objects(list, MOST)) {
        started(log.object("publicKey"), list);
      }
    }
    for (String list : List.of("certificateAuthorities", "timestampAuthorities")) {
      for (Json authority : root.objects(list, MOST)) {
        started(authority, list);
      }
    }
  }

  private static void started(Json holder, String list) throws Refused {
    Optional<Json> validity = holder.maybeObject("validFor");
    if (validity.isEmpty() || !validity.get().has("start")) {
      throw Refused.malformed("an entry of " + list + " has no validFor.start");
    }
  }
}
