package dev.tidegate.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the server is configured. Every key may stand in the environment (TIDEGATE_POLICY_DIRECTORY
 * for tidegate.policy.directory) or in {@code config/application.properties} beside the program.
 * Unknown keys are errors.
 */
@ConfigMapping(prefix = "tidegate")
interface ServeConfig {
  /** Policies and what may switch them off. */
  PolicyFiles policy();

  /**
   * File with one word, {@code enforce} or {@code audit}: {@code audit} lets everything through, at
   * once and whatever the policies say.
   */
  @WithName("switch-file")
  Optional<Path> switchFile();

  /** Where admissions are answered. */
  Listener webhook();

  /** The serving certificate and who may call. */
  Tls tls();

  /** What is taken in at once. */
  Bounds bounds();

  /** How long answers may take. */
  Times deadline();

  /** Where namespaces and network policies are known from. */
  Cluster cluster();

  /** Registries and scanners that may be asked. */
  HostsFile hosts();

  /** Other replicas of the gate. */
  Replicas replicas();

  /** Harbors that send callbacks. */
  HarborWork harbor();

  /** Evidence in memory. */
  Evidence evidence();

  /** The file under it. */
  StoreFile store();

  /** Records of decisions. */
  Decisions decisions();

  /** Policies. */
  interface PolicyFiles {
    /** Directory of policy files, for instance a mounted ConfigMap. */
    Optional<Path> directory();

    /** How often policies and switch are looked at; 100 milliseconds to one minute. */
    @WithDefault("PT1S")
    Duration poll();

    /** How far ahead an exemption may end at most; 1 to 3,660 days. */
    @WithName("longest-exemption")
    @WithDefault("P90D")
    Duration longestExemption();
  }

  /** Where admissions are answered. */
  interface Listener {
    /** Address to listen on. */
    @WithDefault("0.0.0.0")
    String host();

    /** Port of HTTPS; 0 takes a free one. */
    @WithDefault("8443")
    int port();
  }

  /** TLS. */
  interface Tls {
    /** PEM file with the serving certificate and its chain. */
    Optional<Path> certificate();

    /** PEM file with its private key. */
    Optional<Path> key();

    /** Development only: serve a certificate made at start, which nobody trusts. */
    @WithName("self-signed")
    @WithDefault("false")
    boolean selfSigned();

    /** How often the files are looked at; 100 milliseconds to one hour. */
    @WithDefault("PT5S")
    Duration poll();

    /** PEM file of the CA of client certificates; with it, callers are asked for one. */
    @WithName("client-ca")
    Optional<Path> clientCa();

    /** Exact subjects that may call with a client certificate; a comma in one is {@code \,}. */
    @WithName("client-subjects")
    @WithDefault("CN=kube-apiserver-admission")
    List<String> clientSubjects();
  }

  /** Bounds. */
  interface Bounds {
    /** Longest body in bytes; 7 MiB to 64 MiB. */
    @WithName("body-bytes")
    @WithDefault("8388608")
    int bodyBytes();

    /** Most requests in work; 1 to 10,000. */
    @WithName("in-flight")
    @WithDefault("512")
    int inFlight();

    /** Most requests in work for one address; 1 to 10,000. */
    @WithName("in-flight-per-peer")
    @WithDefault("128")
    int inFlightPerPeer();

    /**
     * Most bytes of bodies held at once; at least one body, at most 1 GiB. One address may have
     * half.
     */
    @WithName("held-bytes")
    @WithDefault("67108864")
    long heldBytes();

    /**
     * Most open connections; 1 to 100,000. One address may have a quarter, or as many as requests.
     */
    @WithDefault("2048")
    int connections();
  }

  /** Times. */
  interface Times {
    /** Timeout of callers that name none; 1 to 30 seconds. */
    @WithDefault("PT5S")
    Duration fallback();

    /** Kept of the timeout for answering; 1 to 10 seconds. */
    @WithDefault("PT1S")
    Duration reserve();
  }

  /** The cluster. */
  interface Cluster {
    /** Whether the API server is asked; without it, only given files are known. */
    @WithDefault("true")
    boolean enabled();

    /** Directory or file with Namespaces and NetworkPolicies, where there is no cluster. */
    Optional<Path> objects();
  }

  /** Registries and scanners that may be asked. */
  interface HostsFile {
    /** File of kind Hosts; without it no registry is asked, and nothing is known about images. */
    Optional<Path> file();
  }

  /** Other replicas, to which callbacks are passed on: a Service gives each to one of them only. */
  interface Replicas {
    /**
     * File with the keys that seal what replicas tell each other, one per line; the first one
     * seals, all are accepted. Without it, or while there is no such file at the start, nothing is
     * passed on.
     */
    @WithName("key-file")
    Optional<Path> keyFile();

    /** PEM file with the CA of the serving certificates. */
    Optional<Path> ca();

    /** Addresses of the own pod: the downward API's status.podIPs. */
    @WithName("pod-ips")
    Optional<List<String>> podIps();

    /** UID of the own pod: the downward API's metadata.uid. */
    @WithName("pod-uid")
    Optional<String> podUid();

    /** The Service in front of the replicas. */
    @WithDefault("tidegate")
    String service();

    /** Name of its port for admissions. */
    @WithDefault("webhook")
    String port();

    /** Namespace of that Service: the downward API's metadata.namespace. */
    @WithDefault("tidegate-system")
    String namespace();
  }

  /** Harbors that send callbacks. */
  interface HarborWork {
    /** How often what is remembered is compared with Harbor's lists, about; 1 minute to one day. */
    @WithDefault("PT10M")
    Duration reconcile();
  }

  /** The file under the evidence in memory. */
  interface StoreFile {
    /** Where evidence outlives the process; without it, it is in memory only. */
    Optional<Path> file();

    /** File with the keys that seal it, one per line; the first one seals, all are accepted. */
    @WithName("key-file")
    Optional<Path> keyFile();

    /** Longest file in MiB; a longer one is begun anew; 16 to 65,536. */
    @WithName("most-mib")
    @WithDefault("512")
    int mostMib();
  }

  /** Evidence. */
  interface Evidence {
    /** Most evidence in memory, in MiB; 8 to 65,536. */
    @WithName("memory-mib")
    @WithDefault("96")
    int memoryMib();

    /**
     * From what age on evidence about an image is renewed while it is used; 10 seconds to 30 days.
     */
    @WithDefault("PT1H")
    Duration soft();

    /** From what age on evidence about an image is not used; not shorter than soft, to 30 days. */
    @WithDefault("PT24H")
    Duration hard();

    /** How long it is remembered that there is none; 1 second to 10 minutes. */
    @WithDefault("PT10S")
    Duration absent();

    /** How long it is remembered that something could not be known; 1 second to 10 minutes. */
    @WithDefault("PT5S")
    Duration unavailable();

    /** How old an answer may be about what a tag points at; nothing to one day. */
    @WithName("tag-age")
    @WithDefault("PT0S")
    Duration tagAge();

    /**
     * Longest time for one question to a registry, whatever the admission has left; 2 seconds to 2
     * minutes.
     */
    @WithDefault("PT20S")
    Duration budget();

    /** Most workloads remembered that were let through for now; 1 to 1,000,000. */
    @WithDefault("10000")
    int owing();
  }

  /** Records of decisions. */
  interface Decisions {
    /** Whether every decision is written as one line of JSON on standard output. */
    @WithDefault("true")
    boolean log();

    /**
     * Lines that may wait to be written, and at most 32 MiB of them, before some are left out and
     * counted; 1 to 1,000,000.
     */
    @WithDefault("10000")
    int queue();
  }
}
