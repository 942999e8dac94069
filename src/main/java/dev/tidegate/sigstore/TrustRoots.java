package dev.tidegate.sigstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import java.nio.charset.StandardCharsets;

/** Reads Sigstore trusted roots ({@code application/vnd.dev.sigstore.trustedroot+json}). */
public final class TrustRoots {
  private static final int REMEMBERED = 64;

  private static final Cache<Bytes, Roots> PARSED =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  private TrustRoots() {}

  /**
   * Reads a trusted root: at most 1 MiB of strict JSON, with a start of validity for everything in
   * it, and at least one log or authority whose key can be used.
   *
   * @throws BadValue if it is none
   */
  public static TrustRoot read(Bytes json) {
    TrustRoot root = new TrustRoot(json);
    parsed(root);
    return root;
  }

  /**
   * Reads a trusted root.
   *
   * @throws BadValue if it is none
   */
  public static TrustRoot read(String json) {
    return read(Bytes.copyOf(json.getBytes(StandardCharsets.UTF_8)));
  }

  static Roots parsed(TrustRoot root) {
    return PARSED.get(root.json(), Roots::parse);
  }
}
