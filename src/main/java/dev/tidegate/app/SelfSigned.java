package dev.tidegate.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for development that nobody trusts, made by the JDK's own keytool, since the JDK
 * has no public interface that makes one.
 */
final class SelfSigned {
  private static final String ALIAS = "tidegate";

  /** Guards a file that lives for a second in a directory of our own. */
  private static final String PASSWORD = "development";

  private SelfSigned() {}

  /**
   * A pair for localhost, valid for 30 days.
   *
   * @throws ServingPair.Unusable if the JDK has no keytool, or it failed
   */
  static ServingPair make() throws ServingPair.Unusable {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    try {
      Path directory = Files.createTempDirectory("tidegate-certificate");
      Path store = directory.resolve("pair.p12");
      try {
        run(keytool, store);
        return load(store);
      } finally {
        Files.deleteIfExists(store);
        Files.deleteIfExists(directory);
      }
    } catch (IOException | GeneralSecurityException failed) {
      throw new ServingPair.Unusable(keytool + " could not make a certificate: " + failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new ServingPair.Unusable("making a certificate was interrupted");
    }
  }

  private static void run(Path keytool, Path store) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=tidegate-development",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("it did not end within 30 seconds");
    }
    if (process.exitValue() != 0) {
      throw new IOException("it ended with status " + process.exitValue());
    }
  }

  private static ServingPair load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate certificate : keys.getCertificateChain(ALIAS)) {
      chain.add((X509Certificate) certificate);
    }
    return new ServingPair(chain, (PrivateKey) keys.getKey(ALIAS, PASSWORD.toCharArray()));
  }
}
