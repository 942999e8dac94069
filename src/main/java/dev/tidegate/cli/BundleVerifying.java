package dev.tidegate.cli;

import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.sigstore.BundleVerifier;
import dev.tidegate.sigstore.TrustRoots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link VerifyBundleCommand}, apart from it so that asking for help loads nothing.
 *
 * @param invocation what is read and written
 * @param trustedRoot the file with the trusted root
 */
record BundleVerifying(Invocation invocation, @Nullable String trustedRoot) {
  private static final int LONGEST = 32 << 20;

  /** By an identity; such a signature is worth something only in a log. */
  Signer byIdentity(String issuer, String identity) throws CommandFailure {
    return new Signer.ByIdentity(
        IdentityPattern.exactly(issuer),
        IdentityPattern.exactly(identity),
        Map.of(),
        TransparencyLog.REQUIRED,
        root().orElseThrow(),
        true);
  }

  /** By a key; in a log if the root's logs are given. */
  Signer byKey(String file) throws CommandFailure {
    try {
      Optional<TrustRoot> root = root();
      return new Signer.ByKey(
          VerificationKey.parse(new String(bytes(file), StandardCharsets.UTF_8)),
          root.isPresent() ? TransparencyLog.REQUIRED : TransparencyLog.NOT_REQUIRED,
          root);
    } catch (BadValue bad) {
      throw CommandFailure.usage(file + ": " + bad.problem() + "; " + bad.fix());
    }
  }

  private Optional<TrustRoot> root() throws CommandFailure {
    if (trustedRoot == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(TrustRoots.read(Bytes.copyOf(bytes(trustedRoot))));
    } catch (BadValue bad) {
      throw CommandFailure.usage(trustedRoot + ": " + bad.problem() + "; " + bad.fix());
    }
  }

  /** Verifies {@code bundle} over {@code artifact}. */
  int verify(String bundle, String artifact, Signer signer) throws CommandFailure {
    BundleVerifier verifier = new BundleVerifier(invocation.environment().clock());
    return switch (verifier.verify(Bytes.copyOf(bytes(bundle)), digest(artifact), signer)) {
      case BundleVerifier.Verified verified -> {
        invocation.out().println("verified: signed by " + verified.signer());
        verified.predicateType().ifPresent(type -> invocation.out().println("  statement " + type));
        verified.log().ifPresent(log -> invocation.out().println("  " + log));
        verified.times().forEach(time -> invocation.out().println("  existed at " + time));
        yield ExitStatus.PASS;
      }
      case BundleVerifier.Failed failed -> {
        invocation.err().println("not verified (" + failed.reason() + "): " + failed.why());
        yield ExitStatus.REFUSED;
      }
    };
  }

  private Digest digest(String artifact) throws CommandFailure {
    if (artifact.startsWith("sha256:")) {
      try {
        return Digest.parse(artifact);
      } catch (BadValue bad) {
        throw CommandFailure.usage(bad.problem() + "; " + bad.fix());
      }
    }
    try (InputStream in = Files.newInputStream(path(artifact))) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[64 * 1024];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        sha.update(block, 0, count);
      }
      return new Digest("sha256", HexFormat.of().formatHex(sha.digest()));
    } catch (IOException unreadable) {
      throw CommandFailure.usage(artifact + " cannot be read; check the path");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  private byte[] bytes(String file) throws CommandFailure {
    try (InputStream in = Files.newInputStream(path(file))) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length <= LONGEST) {
        return bytes;
      }
    } catch (IOException unreadable) {
      throw CommandFailure.usage(file + " cannot be read; check the path");
    }
    throw CommandFailure.usage(file + " is longer than 32 MiB; give the right file");
  }

  private Path path(String file) {
    return invocation.environment().directory().resolve(file);
  }
}
