package dev.tidegate.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies one Sigstore bundle, by the protocol of sigstore's conformance tests. */
@Command(
    name = "verify-bundle",
    description = {
      "Verifies a Sigstore bundle over a file or a digest, by the rules that the gate has for images."
    },
    footer = {
      "",
      "Exit status: 0 the bundle is genuine and by whom was named, 1 it is not, 2 the command line or"
          + " a file cannot be used."
    })
final class VerifyBundleCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "FILE|sha256:DIGEST",
      description = "What was signed: a file, or its SHA-256.")
  private String artifact = "";

  @Option(names = "--bundle", paramLabel = "FILE", required = true, description = "The bundle.")
  private String bundle = "";

  @Option(
      names = "--certificate-identity",
      paramLabel = "IDENTITY",
      description = "Who must have signed; with --certificate-oidc-issuer.")
  private @Nullable String identity;

  @Option(
      names = "--certificate-oidc-issuer",
      paramLabel = "URL",
      description = "Who vouches for the identity.")
  private @Nullable String issuer;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The public key that must have signed, instead of an identity.")
  private @Nullable String key;

  @Option(
      names = "--trusted-root",
      paramLabel = "FILE",
      description =
          "The trusted root: required with an identity. Nothing about trust is ever fetched.")
  private @Nullable String trustedRoot;

  @Option(
      names = "--staging",
      description = "For sigstore's staging instance; give its root by --trusted-root.")
  private boolean staging;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  VerifyBundleCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    boolean byIdentity = identity != null && issuer != null;
    if ((identity == null) != (issuer == null) || byIdentity == (key != null)) {
      throw CommandFailure.usage(
          "say who must have signed: --certificate-identity with --certificate-oidc-issuer, or"
              + " --key");
    }
    if (trustedRoot == null && (byIdentity || staging)) {
      throw CommandFailure.usage(
          "there is no trusted root; give its file by --trusted-root, nothing about trust is"
              + " fetched");
    }
    BundleVerifying verifying = new BundleVerifying(invocation, trustedRoot);
    return verifying.verify(
        bundle,
        artifact,
        key == null
            ? verifying.byIdentity(String.valueOf(issuer), String.valueOf(identity))
            : verifying.byKey(key));
  }
}
