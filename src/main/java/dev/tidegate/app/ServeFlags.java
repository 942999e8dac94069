package dev.tidegate.app;

import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of {@code serve}: short forms of keys of the configuration, which they go before. */
@Command(
    name = "tidegate serve",
    description = {
      "Starts the admission webhook.",
      "Everything can be configured by environment and files; see the reference of the"
          + " configuration."
    })
final class ServeFlags implements Callable<Integer> {
  private final Properties properties;

  @Option(names = "--policy", paramLabel = "DIR", description = "Directory of the policies.")
  private @Nullable Path policy;

  @Option(
      names = "--objects",
      paramLabel = "FILES",
      description = "File or directory with Namespaces and NetworkPolicies; implies --no-cluster.")
  private @Nullable Path objects;

  @Option(names = "--no-cluster", description = "Ask no API server.")
  private boolean noCluster;

  @Option(names = "--port", paramLabel = "PORT", description = "Port of HTTPS (8443).")
  private @Nullable Integer port;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "Serving certificate, PEM.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM.")
  private @Nullable Path key;

  @Option(
      names = "--self-signed",
      description = "Development only: a certificate that nobody trusts.")
  private boolean selfSigned;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  /**
   * @param properties where the keys go
   */
  ServeFlags(Properties properties) {
    this.properties = properties;
  }

  @Override
  public Integer call() {
    set("tidegate.policy.directory", policy);
    set("tidegate.cluster.objects", objects);
    set("tidegate.cluster.enabled", noCluster || objects != null ? "false" : null);
    set("tidegate.webhook.port", port);
    set("tidegate.tls.certificate", certificate);
    set("tidegate.tls.key", key);
    set("tidegate.tls.self-signed", selfSigned ? "true" : null);
    return 0;
  }

  private void set(String name, @Nullable Object value) {
    if (value != null) {
      properties.setProperty(name, value.toString());
    }
  }
}
