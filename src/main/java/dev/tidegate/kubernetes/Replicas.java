package dev.tidegate.kubernetes;

import dev.tidegate.model.IpLiteral;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The other replicas of the gate, as the EndpointSlices of its own Service name them. What is known
 * last stays known while the API server is away.
 */
public final class Replicas implements AutoCloseable {
  /** The group, plural and verbs that this reads, in the gate's own namespace. */
  public static final String GROUP = "discovery.k8s.io";

  public static final String PLURAL = "endpointslices";
  public static final List<String> VERBS = List.of("list", "watch");

  /** Most replicas that are told of anything. */
  public static final int MOST = 64;

  private static final String SERVICE = "kubernetes.io/service-name";
  private static final long PAGE = 100;

  private final Self self;
  private final SharedIndexInformer<EndpointSlice> informer;
  private volatile List<Replica> others = List.of();

  /**
   * Who is asking, and where others are looked for.
   *
   * @param namespace of the Service
   * @param service its name
   * @param port name of the Service's port for admissions
   * @param addresses IP literals of the own pod
   * @param uid of the own pod; empty if it is not known
   */
  public record Self(
      String namespace, String service, String port, Set<String> addresses, Optional<String> uid) {
    public Self {
      Objects.requireNonNull(namespace);
      Objects.requireNonNull(service);
      Objects.requireNonNull(port);
      addresses =
          addresses.stream().map(IpLiteral::canonical).collect(Collectors.toUnmodifiableSet());
      Objects.requireNonNull(uid);
    }
  }

  /** Begins to follow {@code self.service()}; returns at once. */
  public Replicas(KubernetesClient client, Self self, Troubles troubles) {
    this.self = self;
    this.informer =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(self.namespace())
            .withLabel(SERVICE, self.service())
            .withLimit(PAGE)
            .runnableInformer(0)
            .exceptionHandler((started, failure) -> {
              troubles.reading("endpointslices." + GROUP, failure);
              return true;
            });
    informer.addEventHandler(new Changes());
    var _ = informer.start();
  }

  /** All others that there are now, ready or not, at most {@link #MOST}. */
  public List<Replica> others() {
    return others;
  }

  private void look() {
    Map<String, Replica> found = new LinkedHashMap<>();
    for (EndpointSlice slice : informer.getStore().list()) {
      Optional<Integer> port = port(slice);
      if (port.isPresent() && slice.getEndpoints() != null) {
        for (Endpoint endpoint : slice.getEndpoints()) {
          replica(endpoint, port.get())
              // A pod is in one slice for each family of addresses; one way to it is enough.
              .ifPresent(replica ->
                  found.merge(
                      replica.uid().isEmpty() ? replica.address() : replica.uid(),
                      replica,
                      (one, other) -> one.ready() ? one : other));
        }
      }
    }
    others = found.values().stream().limit(MOST).toList();
  }

  private Optional<Integer> port(EndpointSlice slice) {
    return Optional.ofNullable(slice.getPorts()).orElse(List.of()).stream()
        .filter(port -> self.port().equals(port.getName()))
        .map(EndpointPort::getPort)
        .filter(number -> number != null && number > 0 && number <= 65_535)
        .findFirst();
  }

  private Optional<Replica> replica(Endpoint endpoint, int port) {
    List<String> addresses = Optional.ofNullable(endpoint.getAddresses()).orElse(List.of());
    EndpointConditions conditions = endpoint.getConditions();
    boolean leaving = conditions != null && Boolean.TRUE.equals(conditions.getTerminating());
    if (addresses.isEmpty() || leaving) {
      return Optional.empty();
    }
    String uid =
        Optional.ofNullable(endpoint.getTargetRef()).map(ObjectReference::getUid).orElse("");
    String address;
    try {
      address = IpLiteral.canonical(addresses.getFirst());
    } catch (IllegalArgumentException name) {
      return Optional.empty(); // a slice of host names is none of a Service with a selector
    }
    if (self.addresses().contains(address) || self.uid().filter(uid::equals).isPresent()) {
      return Optional.empty();
    }
    // Not said means ready, by the API's own words.
    boolean ready = conditions == null || !Boolean.FALSE.equals(conditions.getReady());
    return Optional.of(new Replica(uid, address, port, ready));
  }

  private final class Changes implements ResourceEventHandler<EndpointSlice> {
    @Override
    public void onAdd(EndpointSlice added) {
      look();
    }

    @Override
    public void onUpdate(EndpointSlice before, EndpointSlice after) {
      look();
    }

    @Override
    public void onDelete(EndpointSlice deleted, boolean unknown) {
      look();
    }
  }

  @Override
  public void close() {
    informer.stop();
  }
}
