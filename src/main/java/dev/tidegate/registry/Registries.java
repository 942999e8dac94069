package dev.tidegate.registry;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import java.time.InstantSource;
import java.util.List;

/** Evidence from registries: where it comes from, and how it is written. */
public final class Registries {
  private Registries() {}

  /** The sources of all evidence that registries have, asked through {@code exchanges}. */
  public static List<EvidenceSource<?, ?>> sources(
      Hosts hosts, Exchanges exchanges, InstantSource clock) {
    RegistryClient client = new RegistryClient(hosts, exchanges);
    Reads reads = new Reads(client, clock);
    return List.of(
        new TagSource(client, clock),
        new ManifestSource(client, reads, clock),
        new ConfigSource(client, reads, clock),
        new SignatureSource(client, clock));
  }

  /** How that evidence is written where it outlives the process. */
  public static List<EvidenceCodec<?, ?>> codecs() {
    return Codecs.all();
  }
}
