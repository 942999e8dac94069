package dev.tidegate.net;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file with the hosts that may be asked. */
record HostsSpec(
    @Field("tidegate.dev/v1alpha1.") String apiVersion,
    @Field("Hosts.") String kind,
    @Field(
            "Settings by host, as image references name it: harbor.example.com, localhost:5000,"
                + " docker.io.")
        Map<String, HostSpec> hosts,
    @Field("Other places where images are read; policies see the image as the pod names it.")
        List<MirrorSpec> mirrors) {
  HostsSpec {
    hosts = Map.copyOf(hosts);
    mirrors = List.copyOf(mirrors);
    if (!apiVersion.equals("tidegate.dev/v1alpha1")) {
      throw new InvalidField("apiVersion", "is not known", "write tidegate.dev/v1alpha1");
    }
    if (!kind.equals("Hosts")) {
      throw new InvalidField("kind", "is not known here", "write Hosts");
    }
  }

  /** One host. */
  record HostSpec(
      @Field("URL under which it is reached, if it is not https:// and the name.")
          Optional<String> endpoint,
      @Field(
              value =
                  "Whether it is spoken to without TLS. Everybody on the way can then read and"
                      + " change what it says.",
              fallback = "false")
          boolean plainHttp,
      @Field("PEM file with the CA certificates of this host, instead of the system's.")
          Optional<String> ca,
      @Field("What it is shown in the TLS handshake.")
          Optional<ClientCertificateSpec> clientCertificate,
      @Field("Who the gate is to this host; anonymous without.")
          Optional<CredentialsSpec> credentials,
      @Field(
              "Other hosts that may issue its tokens, as host or host:port; they are sent its"
                  + " credentials.")
          Set<Authority> tokenRealms,
      @Field(
              "Other hosts that it may redirect to although they are private, as host or host:port;"
                  + " they are sent no credentials.")
          Set<Authority> redirects,
      @Field(
              "For a Harbor that sends callbacks: the file with the secrets that they carry as"
                  + " Authorization, one per line.")
          Optional<String> callbackSecrets,
      @Field(
              "The forward proxy by which it, its token services and its redirects are reached;"
                  + " without one it is reached directly, whatever the environment says.")
          Optional<ProxySpec> proxy,
      @Field("How much is asked of it.") Optional<LimitsSpec> limits) {
    HostSpec {
      tokenRealms = Set.copyOf(tokenRealms);
      redirects = Set.copyOf(redirects);
    }
  }

  /** A proxy. */
  record ProxySpec(
      @Field("Where it is: http://HOST:PORT.") String url,
      @Field("Who the gate is to it; anonymous without.") Optional<CredentialsSpec> credentials) {}

  /** A client certificate. */
  record ClientCertificateSpec(
      @Field("PEM file with the certificate and its chain.") String certificate,
      @Field("PEM file with its private key (PKCS #8).") String key) {}

  /** Credentials, by one of three ways. */
  record CredentialsSpec(
      @Field("Name of the user or robot; with passwordFile.") Optional<String> username,
      @Field("File with the password and nothing else; with username.")
          Optional<String> passwordFile,
      @Field("File as docker login writes it (config.json, .dockerconfigjson).")
          Optional<String> dockerConfig,
      @Field("File with what a Docker credential helper printed: JSON with Username and Secret.")
          Optional<String> helperOutput,
      @Field(
              "When they end, as a day or a time: for a warning beforehand, where the host does not"
                  + " tell itself.")
          Optional<Instant> expires) {
    CredentialsSpec {
      int ways =
          (username.isPresent() || passwordFile.isPresent() ? 1 : 0)
              + (dockerConfig.isPresent() ? 1 : 0)
              + (helperOutput.isPresent() ? 1 : 0);
      if (ways != 1) {
        throw new InvalidField(
            "",
            "names " + (ways == 0 ? "no way" : ways + " ways") + " to get at credentials",
            "write username and passwordFile, or dockerConfig, or helperOutput");
      }
      if (username.isPresent() != passwordFile.isPresent()) {
        throw new InvalidField(
            "", "username and passwordFile belong together", "write both of them");
      }
    }
  }

  /** Limits. */
  record LimitsSpec(
      @Field(value = "Most requests at one time; 1 to 256.", fallback = "16") int concurrent,
      @Field(value = "Most requests per second; 1 to 10,000.", fallback = "200") int perSecond) {
    LimitsSpec {
      within("concurrent", concurrent, 256);
      within("perSecond", perSecond, 10_000);
    }

    private static void within(String field, int value, int most) {
      if (value < 1 || value > most) {
        throw new InvalidField(field, "is " + value, "write 1 to " + most);
      }
    }
  }

  /** A mirror. */
  record MirrorSpec(
      @Field("Registry and path that references start with, for instance docker.io/library.")
          String prefix,
      @Field("What is read instead, for instance harbor.example.com/dockerhub/library.")
          String at) {}
}
