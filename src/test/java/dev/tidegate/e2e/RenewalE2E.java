package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Certificates and replicas change while pods are created: no admission may fail. */
@ExtendWith(World.Provider.class)
class RenewalE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final World world;

  RenewalE2E(World world) {
    this.world = world;
  }

  /** Held while an admission is under way. */
  private final Object between = new Object();

  /** Something that changes the installation. */
  private interface Change {
    void make() throws Exception;
  }

  /** Creates pods, one after the other, until {@code change} is through. */
  private void underLoad(String namespace, Change change) throws Exception {
    AtomicBoolean through = new AtomicBoolean();
    AtomicInteger created = new AtomicInteger();
    List<String> failures = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> load =
          threads.submit(() -> {
            while (!through.get()) {
              Shell.Result result;
              synchronized (between) {
                result = world.create(namespace, Pods.good("web"), "--dry-run=server");
              }
              created.incrementAndGet();
              if (result.exit() != 0) {
                failures.add(result.all());
              }
            }
          });
      try {
        await().atMost(SOON).until(() -> created.get() > 0);
        change.make();
        int before = created.get();
        await().atMost(SOON).until(() -> created.get() > before + 2);
      } finally {
        through.set(true);
      }
      load.get(60, TimeUnit.SECONDS);
    }
    assertThat(failures).isEmpty();
  }

  private void renew(String step) {
    Shell.run(
            ControlPlane.ROOT,
            Map.of(),
            "",
            List.of("sh", "certs/renew", step, world.installation.certificates().toString()))
        .orFail();
  }

  private X509Certificate file(String name) throws IOException, GeneralSecurityException {
    Path pem = world.installation.certificates().resolve(name);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readString(pem).getBytes(StandardCharsets.UTF_8)));
  }

  /** The certificate that the gate serves; trusts {@code ca} only. */
  private static X509Certificate served(int port, X509Certificate ca)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", ca);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(5000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private void awaitServed() throws Exception {
    X509Certificate wanted = file("tls.crt");
    X509Certificate ca = file("ca.crt");
    int port = world.installation.gates().getFirst().port();
    await()
        .atMost(SOON)
        .ignoreExceptions() // until then the old pair is served, which this CA has not signed
        .until(() -> served(port, ca).equals(wanted));
  }

  @Test
  void theCaAndThePairAreRenewedWithoutAFailedAdmission() throws Exception {
    world.namespace("renewed", "enforce");
    underLoad(
        "renewed",
        () -> {
          renew("pair");
          world.installation.mountPair();
          awaitServed();
          renew("ca");
          world.installation.trust();
          world.installation.mountPair();
          awaitServed();
          renew("drop");
          world.installation.trust();
          // Idle connections only, so that the next request needs a new handshake: one that is cut
          // in
          // the middle would fail for that reason.
          synchronized (between) {
            world.installation.cut();
          }
        });
  }

  @Test
  void replicasAreReplacedOneByOneWithoutAFailedAdmission() throws Exception {
    world.namespace("rolling", "enforce");
    Gate first = world.installation.gates().getFirst();
    underLoad(
        "rolling",
        () -> {
          Gate second = world.installation.addReplica();
          world.installation.retire(first);
          world.installation.addReplica();
          world.installation.retire(second);
        });
  }
}
