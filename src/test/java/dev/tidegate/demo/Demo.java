package dev.tidegate.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.Scratch;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Starts the built gate on HTTPS, sends it reviews made of real manifests, prints what kubectl
 * would show, and compares each answer with what is expected. Exit status 0 only if all match. With
 * {@code --serve} it leaves the gate running and prints a ready-made curl.
 */
public final class Demo {
  private final PrintStream out;
  private final Path resources;
  private final Path work;
  private final Path launcher;
  private final ImageCases images;
  private final HarborCases harbor;

  private Demo(PrintStream out, Path basedir, Path launcher, Path work) {
    this.out = out;
    this.resources = basedir.resolve("src/test/resources/demo");
    this.launcher = launcher;
    this.work = work;
    this.images = new ImageCases(out, basedir.resolve("src/test/resources/signed-images"));
    this.harbor = new HarborCases(out);
  }

  /** Runs the demo. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path basedir = Path.of(System.getProperty("tidegate.basedir", "."));
    Path launcher =
        Path.of(
            System.getProperty("tidegate.launcher", basedir.resolve("target/tidegate").toString()));
    Path work = Scratch.folder("tidegate-demo");
    Demo demo = new Demo(System.out, basedir, launcher, work);
    boolean passed = List.of(args).contains("--serve") ? demo.serve() : demo.run();
    System.exit(passed ? 0 : 1);
  }

  private GateProcess start() throws IOException {
    TestCa ca = TestCa.named("tidegate-demo-ca");
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
    Files.writeString(work.resolve("ca.crt"), TestCa.pem(ca.certificate()));
    Path policies = Files.createDirectory(work.resolve("policies"));
    Files.copy(resources.resolve("policies/baseline.yaml"), policies.resolve("baseline.yaml"));
    String exemptions = Files.readString(resources.resolve("policies/exemptions.yaml.template"));
    LocalDate until = LocalDate.now(ZoneOffset.UTC).plusDays(60);
    Files.writeString(
        policies.resolve("exemptions.yaml"), exemptions.replace("${UNTIL}", until.toString()));
    Files.copy(
        resources.resolve("policies/signed-images.yaml"), policies.resolve("signed-images.yaml"));
    Files.copy(
        resources.resolveSibling("signed-images/keys/release.pub"),
        policies.resolve("release.pub"));
    Path hosts = work.resolve("hosts.yaml");
    images.hosts(hosts, harbor.host(work));
    Files.writeString(policies.resolve("scanned-images.yaml"), harbor.policy());
    Files.writeString(work.resolve("store.key"), "demo-key-".repeat(4));
    out.println("Starting the gate …");
    return GateProcess.start(
        launcher,
        ca.certificate(),
        work,
        List.of(),
        Map.of(
            "TIDEGATE_HARBOR_RECONCILE", "PT1M",
            "TIDEGATE_POLICY_DIRECTORY", policies.toString(),
            "TIDEGATE_HOSTS_FILE", hosts.toString(),
            "TIDEGATE_STORE_FILE", work.resolve("evidence.db").toString(),
            "TIDEGATE_STORE_KEY_FILE", work.resolve("store.key").toString(),
            "TIDEGATE_CLUSTER_ENABLED", "false",
            "TIDEGATE_CLUSTER_OBJECTS", resources.resolve("objects").toString()));
  }

  private boolean serve() throws IOException, InterruptedException {
    try (GateProcess gate = start()) {
      Path review = work.resolve("root.json");
      for (Case one : Case.all(resources)) {
        if (one.name().equals("root")) {
          Files.write(review, one.body());
        }
      }
      out.println(
          "The gate listens on https://127.0.0.1:" + gate.port() + " until you press Ctrl-C. Try:");
      out.println();
      out.println(
          "  curl --silent --cacert "
              + work.resolve("ca.crt")
              + " --header 'Content-Type: application/json' --data @"
              + review
              + " 'https://127.0.0.1:"
              + gate.port()
              + "/validate?timeout=5s'");
      out.println();
      out.println(
          "Its policies are in "
              + work.resolve("policies")
              + " and may be edited; they are read anew.");
      return gate.waitFor() == 0;
    }
  }

  private boolean run() throws IOException {
    ArrayNode summary = Json.MAPPER.createArrayNode();
    int wrong = 0;
    int all = 0;
    List<Case> cases = Case.all(resources);
    try (GateProcess gate = start()) {
      int done = 0;
      for (Case one : cases) {
        out.printf("%n[%d/%d] %s%n", ++done, cases.size(), one.name());
        Optional<String> mismatch = play(gate, one, summary);
        if (mismatch.isPresent()) {
          wrong++;
          out.println("  UNEXPECTED: " + mismatch.get());
        }
      }
      int[] played = images.play(gate, summary);
      int[] scanned = harbor.play(gate, summary);
      wrong += played[1] - played[0] + scanned[1] - scanned[0];
      all = cases.size() + played[1] + scanned[1];
      if (wrong > 0) {
        out.println("The gate's log:\n" + gate.log());
      }
    }
    out.println();
    out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(summary));
    out.println((all - wrong) + " of " + all + " answers are as expected.");
    return wrong == 0;
  }

  /**
   * Sends one review, prints what kubectl would, adds to the summary; says what is not as expected.
   */
  private Optional<String> play(GateProcess gate, Case one, ArrayNode summary) throws IOException {
    HttpResponse<String> answer = gate.post("/validate?timeout=5s", one.body());
    ObjectNode line = summary.addObject().put("case", one.name()).put("expected", one.decision());
    if (answer.statusCode() != 200) {
      line.put("decision", "HTTP " + answer.statusCode());
      return Optional.of("HTTP status " + answer.statusCode() + ": " + answer.body());
    }
    JsonNode response =
        Json.MAPPER.readTree(answer.body().getBytes(StandardCharsets.UTF_8)).path("response");
    JsonNode audit = response.path("auditAnnotations");
    String decision = audit.path("decision").asText();
    boolean allowed = response.path("allowed").asBoolean();
    List<String> checks = checks(audit.path("checks").asText());
    show(one, response);
    line.put("decision", decision).put("allowed", allowed);
    checks.forEach(line.putArray("checks")::add);
    List<String> problems = new ArrayList<>();
    if (!decision.equals(one.decision())) {
      problems.add("decision " + decision + " instead of " + one.decision());
    }
    if (allowed != (one.decision().equals("allow") || one.decision().equals("warn"))) {
      problems.add("allowed is " + allowed);
    }
    if (!checks.equals(one.checks())) {
      problems.add("checks " + checks + " instead of " + one.checks());
    }
    if (one.exemption().isPresent()
        && !audit.path("exemptions").asText().equals(one.exemption().get())) {
      problems.add(
          "exemptions \""
              + audit.path("exemptions").asText()
              + "\" instead of "
              + one.exemption().get());
    }
    line.put("asExpected", problems.isEmpty());
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  private static List<String> checks(String annotation) {
    TreeSet<String> checks = new TreeSet<>();
    for (String entry : annotation.split(", ")) {
      if (!entry.isEmpty()) {
        checks.add(entry.substring(0, entry.indexOf('=')));
      }
    }
    return List.copyOf(checks);
  }

  private void show(Case one, JsonNode response) {
    response.path("warnings").forEach(warning -> out.println("  Warning: " + warning.asText()));
    JsonNode status = response.path("status");
    if (response.path("allowed").asBoolean()) {
      out.println("  " + one.kind() + "/" + one.name() + " created");
    } else {
      String text =
          "Error from server ("
              + status.path("reason").asText()
              + "): admission webhook \"pods.tidegate.dev\" denied the"
              + " request: "
              + status.path("message").asText();
      out.println("  " + text.replace("\n", "\n  "));
    }
  }
}
