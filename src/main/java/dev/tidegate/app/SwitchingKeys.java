package dev.tidegate.app;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Serves one pair, which may be replaced at any time. A handshake asks three times (name, chain,
 * key), so the pair before the present one stays known: an answer never mixes two pairs.
 */
final class SwitchingKeys extends X509ExtendedKeyManager {
  private record Served(String alias, ServingPair pair) {}

  private record Pairs(Served present, @Nullable Served before) {}

  private final AtomicReference<Pairs> pairs;

  SwitchingKeys(ServingPair first) {
    this.pairs = new AtomicReference<>(new Pairs(new Served("pair-1", first), null));
  }

  /** Serves {@code next} from the next handshake on. */
  void replace(ServingPair next) {
    pairs.updateAndGet(now -> {
      int number = Integer.parseInt(now.present().alias().substring("pair-".length()));
      return new Pairs(new Served("pair-" + (number + 1), next), now.present());
    });
  }

  /** The pair that is served. */
  ServingPair present() {
    return pairs.get().present().pair();
  }

  private @Nullable ServingPair named(@Nullable String alias) {
    Pairs now = pairs.get();
    if (now.present().alias().equals(alias)) {
      return now.present().pair();
    }
    Served before = now.before();
    return before != null && before.alias().equals(alias) ? before.pair() : null;
  }

  private @Nullable String alias(@Nullable String keyType) {
    Served present = pairs.get().present();
    String algorithm = present.pair().key().getAlgorithm();
    return algorithm.equals(keyType) || (algorithm.equals("EdDSA") && "Ed25519".equals(keyType))
        ? present.alias()
        : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    ServingPair pair = named(alias);
    return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    ServingPair pair = named(alias);
    return pair == null ? null : pair.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null; // never a client
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}
