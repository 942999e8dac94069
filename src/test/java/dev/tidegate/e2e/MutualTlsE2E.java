package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** T32: with mTLS the gate answers the API server, by its exact subject, and nobody else. */
@ExtendWith(World.Provider.class)
class MutualTlsE2E {
  private final World world;
  private final Gate gate;

  MutualTlsE2E(World world) throws IOException {
    this.world = world;
    world.installation.with(
        "TIDEGATE_TLS_CLIENT_CA", world.plane.directory().resolve("ca.crt").toString());
    this.gate = world.installation.addReplica();
  }

  @BeforeEach
  void onlyThisOne() {
    world.installation.leadTo(List.of(gate.port()));
  }

  @AfterEach
  void back() {
    world.installation.without("TIDEGATE_TLS_CLIENT_CA");
    world.installation.retire(gate);
  }

  /** A client certificate of the cluster's CA. */
  private void certificate(String name, String subject) {
    Path directory = world.plane.directory();
    shell(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        name + ".key",
        "-subj",
        subject,
        "-out",
        name + ".csr");
    shell(
        "openssl",
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-days",
        "1",
        "-out",
        name + ".crt");
    assertThat(directory.resolve(name + ".crt")).exists();
  }

  private void shell(String... command) {
    Shell.run(world.plane.directory(), Map.of(), "", List.of(command)).orFail();
  }

  /** Asks as a client that presents {@code certificate}; the HTTP status, or 000 without one. */
  private String ask(String... certificate) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--max-time",
                "10",
                "--cacert",
                world.installation.certificates().resolve("ca.crt").toString(),
                "--resolve",
                "tidegate.tidegate-system.svc:" + gate.port() + ":127.0.0.1",
                "--data",
                "{\"request\":{\"uid\":\"u\"}}"));
    options.addAll(List.of(certificate));
    options.add("https://tidegate.tidegate-system.svc:" + gate.port() + "/validate");
    return Shell.status(world.plane.directory(), "", options);
  }

  @Test
  void T32_theApiServerIsAnsweredAndAKubeletOrAnybodyIsNot() {
    world.namespace("mutual", "enforce");
    assertThat(world.create("mutual", Pods.good("web")).all()).isEqualTo("pod/web created\n");
    assertThat(world.create("mutual", Pods.root("bad")).err()).contains("nonRoot");

    certificate("kubelet", "/O=system:nodes/CN=system:node:worker-1");
    certificate("lookalike", "/O=system:masters/CN=kube-apiserver-admission");
    assertThat(ask("--cert", "webhook-client.crt", "--key", "webhook-client.key"))
        .as("the API server's own")
        .isEqualTo("200");
    assertThat(List.of("000", "401", "403"))
        .as("a kubelet's")
        .contains(ask("--cert", "kubelet.crt", "--key", "kubelet.key"));
    assertThat(List.of("000", "401", "403"))
        .as("another subject with the same common name")
        .contains(ask("--cert", "lookalike.crt", "--key", "lookalike.key"));
    assertThat(List.of("000", "401", "403")).as("none").contains(ask());
  }
}
