package dev.tidegate.policy;

import static dev.tidegate.policy.Judging.container;
import static dev.tidegate.policy.Judging.denyList;
import static dev.tidegate.policy.Judging.exemption;
import static dev.tidegate.policy.Judging.judge;
import static dev.tidegate.policy.Judging.pod;
import static dev.tidegate.policy.Judging.policy;
import static dev.tidegate.policy.Judging.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Effect;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeSignatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * No field of a policy document is accepted and then does nothing: for each there are two documents
 * that differ in that field alone and lead to different answers. The fields are found by
 * reflection, so that a new one without such a pair fails here.
 */
final class FieldFlipsTest {
  /** Fields that are for people and for finding the document; deciding is not their task. */
  private static final Set<String> FOR_PEOPLE =
      Set.of(
          "GatePolicy apiVersion",
          "GatePolicy kind",
          "GatePolicy metadata.name",
          "GatePolicy metadata.labels",
          "GatePolicy metadata.annotations",
          "Exemption apiVersion",
          "Exemption kind",
          "Exemption metadata.name",
          "Exemption metadata.labels",
          "Exemption metadata.annotations",
          "Exemption spec.owner",
          "Exemption spec.reason",
          "Exemption spec.ticket",
          "GatePolicy spec.checks.imageScan.allow[].reason",
          "GatePolicy spec.checks.imageScan.allow[].owner",
          "DenyList apiVersion",
          "DenyList kind",
          "DenyList metadata.name",
          "DenyList metadata.labels",
          "DenyList metadata.annotations",
          "DenyList spec.reason",
          "DenyList spec.owner");

  private static final String NON_ROOT = "checks: {nonRoot: {}}";
  private static final String UNTIL = "until: 2027-01-31";

  /** Two documents and what follows from each. */
  private record Flip(
      String field,
      String one,
      Effect ofOne,
      String other,
      Effect ofOther,
      Subject subject,
      boolean reachable) {}

  private static Flip flip(
      String field, String document, String from, Effect ofOne, String to, Effect ofOther) {
    return flip(field, document, from, ofOne, to, ofOther, pod());
  }

  private static Flip flip(
      String field,
      String document,
      String from,
      Effect ofOne,
      String to,
      Effect ofOther,
      Subject subject) {
    assertThat(document).containsOnlyOnce("%");
    return new Flip(
        field,
        document.replace("%", from),
        ofOne,
        document.replace("%", to),
        ofOther,
        subject,
        true);
  }

  private static Flip scope(String field, String written, String from, String to) {
    return flip(
        "GatePolicy spec.scope." + field,
        policy("mode: enforce, scope: {" + written + "}, " + NON_ROOT),
        from,
        Effect.REFUSE,
        to,
        Effect.NONE);
  }

  private static Flip check(String field, String written, String from, String to) {
    return flip(
        "GatePolicy spec.checks." + field,
        policy("mode: enforce, checks: {" + written + "}"),
        from,
        Effect.REFUSE,
        to,
        Effect.NONE);
  }

  private static final String RELEASE = "{name: release, key: {file: release.pub}}";
  private static final String QA = "{name: qa, key: {file: qa.pub}}";

  private static Flip signature(String field, String written, String from, String to) {
    return check("imageSignature." + field, "imageSignature: {" + written + "}", from, to);
  }

  private static String rule(String rest) {
    return "rules: [{images: [docker.io/library/nginx], " + rest + "}]";
  }

  private static String byRelease(String image) {
    return "[{images: [docker.io/library/" + image + "], signers: [" + RELEASE + "]}]";
  }

  private static String pem(String name) {
    return FakeSignatures.text(name + ".pub").strip().replace("\n", "\\n");
  }

  /**
   * A pair of policies that differ in one field of a signer.
   *
   * @param at the field with the list of signers
   * @param around the check, with {@code @} where that list stands
   */
  private static Flip signer(
      String at, String around, String field, String written, String from, String to) {
    return check(at + field, around.replace("@", written), from, to);
  }

  /** Every field of a signer, wherever a policy names signers. */
  private static List<Flip> bySigner(String at, String around) {
    return List.of(
        signer(at, around, "", "[%]", QA, RELEASE),
        signer(
            at, around, "[].key", "[{name: a, key: %}]", "{file: qa.pub}", "{file: release.pub}"),
        signer(at, around, "[].key.file", "[{name: a, key: {file: %.pub}}]", "qa", "release"),
        signer(
            at, around, "[].key.pem", "[{name: a, key: {pem: \"%\"}}]", pem("qa"), pem("release")),
        signer(
            at,
            around,
            "[].key.until",
            "[{name: a, key: {file: release.pub, until: '%'}}]",
            "2026-11-25T11:59:50Z",
            "2026-11-25T11:59:51Z"),
        signer(
            at,
            around,
            "[].notBefore",
            "[{name: a, key: {file: release.pub}, trustRoot: {file: root.json}, notBefore: '%'}]",
            "2026-11-25T11:59:51Z",
            "2026-11-25T11:59:50Z"),
        signer(
            at,
            around,
            "[].transparencyLog",
            "[{name: a, key: {file: release.pub}, trustRoot: {file: root.json},"
                + " transparencyLog: %}]",
            "required",
            "notRequired"),
        signer(
            at,
            around,
            "[].leastLogs",
            "[{name: a, key: {file: release.pub}, trustRoot: {file: root-of-a-log.json},"
                + " transparencyLog: required, leastLogs: %}]",
            "2",
            "1"),
        signer(
            at,
            around,
            "[].keyless.leastTimes",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com',"
                + " subject: release, certificateLog: notRequired, leastTimes: %}}]",
            "2",
            "1"),
        signer(
            at,
            around,
            "[].trustRoot",
            "[{name: a, key: {file: release.pub}, trustRoot: %}]",
            "{file: root-of-others.json}",
            "{file: root.json}"),
        signer(
            at,
            around,
            "[].trustRoot.file",
            "[{name: a, key: {file: release.pub}, trustRoot: {file: %}}]",
            "root-of-others.json",
            "root.json"),
        signer(
            at,
            around,
            "[].keyless",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', certificateLog: notRequired, %}}]",
            "subject: qa",
            "subject: release"),
        signer(
            at,
            around,
            "[].keyless.issuer",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: '%', subject: release, certificateLog: notRequired}}]",
            "https://other.example.com",
            "https://issuer.example.com"),
        signer(
            at,
            around,
            "[].keyless.issuerRegExp",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuerRegExp: '%', subject: release, certificateLog: notRequired}}]",
            "https://issuer",
            "https://issuer.+"),
        signer(
            at,
            around,
            "[].keyless.subject",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', subject: %, certificateLog: notRequired}}]",
            "qa",
            "release"),
        signer(
            at,
            around,
            "[].keyless.subjectRegExp",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', subjectRegExp: '%', certificateLog: notRequired}}]",
            "q.+",
            "rel.+"),
        signer(
            at,
            around,
            "[].keyless.claims",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', subject: release, certificateLog: notRequired, claims: {sourceRepositoryRef: %}}}]",
            "refs/heads/other",
            "refs/heads/main"),
        signer(
            at,
            around,
            "[].keyless.claimsRegExp",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', subject: release, certificateLog: notRequired, claimsRegExp: {sourceRepositoryRef: %}}}]",
            "refs/heads/ma",
            "refs/heads/ma.*"),
        signer(
            at,
            around,
            "[].keyless.certificateLog",
            "[{name: a, trustRoot: {file: root.json}, keyless: {issuer: 'https://issuer.example.com', subject: release, certificateLog: %}}]",
            "required",
            "notRequired"));
  }

  /** A pod whose image has a digest. */
  private static Subject pinned() {
    return subject("Pod", "shop", "alice", container("docker.io/library/nginx@" + Judging.DIGEST));
  }

  /** An exemption for what a signer has signed, where release.pub is the key that did. */
  private static String signedBy(String around, String ofRelease, String ofQa, String exempted) {
    return policy(
                "mode: audit, checks: {"
                    + around.replace(
                        "@",
                        "[{name: "
                            + ofRelease
                            + ", key: {file: release.pub}}, {name: "
                            + ofQa
                            + ", key: {file: qa.pub}}]")
                    + "}")
            .replace("name: p", "name: signatures")
        + "---\n"
        + exemption(
            "checks: [nonRoot], namespaces: [shop], container: {image: docker.io/library/nginx,"
                + " capabilities: [NET_ADMIN], signers: ["
                + exempted
                + "]}, "
                + UNTIL);
  }

  /** Where policies name signers: the field, and the check around it. */
  private static final Map<String, String> SIGNERS =
      Map.of(
          "imageSignature.rules[].signers",
          "imageSignature: {" + rule("signers: @") + "}",
          "imageAttestation.rules[].signers",
          "imageAttestation: {" + rule("type: slsaprovenance, signers: @") + "}",
          "imageScan.signers",
          "imageScan: {source: attestation, denySeverity: High, notScanned: deny, unknownSeverity:"
              + " ignore, suppressed: ignore, signers: @}");

  private static List<Flip> bySigners() {
    List<Flip> flips = new ArrayList<>();
    SIGNERS.forEach((at, around) -> {
      String release = signedBy(around, "release", "qa", "release");
      flips.add(
          new Flip(
              "GatePolicy spec.checks." + at + "[].name",
              release,
              Effect.NONE,
              signedBy(around, "qa", "release", "release"),
              Effect.REFUSE,
              pinned(),
              true));
      flips.add(
          new Flip(
              "Exemption spec.container.signers",
              release,
              Effect.NONE,
              signedBy(around, "release", "qa", "qa"),
              Effect.REFUSE,
              pinned(),
              true));
      flips.addAll(bySigner(at, around));
    });
    return flips;
  }

  private static Flip attestation(String field, String rules, String from, String to) {
    return check(
        "imageAttestation.rules" + field, "imageAttestation: {rules: " + rules + "}", from, to);
  }

  private static String attested(String rest) {
    return "[{images: [docker.io/library/nginx], signers: [" + RELEASE + "], " + rest + "}]";
  }

  private static Flip provenance(String field, String from, String to) {
    return attestation(
        "[].provenance." + field,
        attested("type: slsaprovenance1, provenance: {" + field + ": '%'}"),
        from,
        to);
  }

  private static List<Flip> byAttestation() {
    String other = attested("type: slsaprovenance").replace("nginx", "redis");
    return List.of(
        attestation(
            "", "%", other.replace("slsaprovenance", "spdx").replace("redis", "nginx"), other),
        attestation("[].images", attested("type: spdx").replace("nginx", "%"), "nginx", "redis"),
        attestation("[].type", attested("type: %"), "slsaprovenance02", "slsaprovenance1"),
        attestation(
            "[].atLeast",
            attested("type: slsaprovenance, atLeast: %").replace(RELEASE, RELEASE + ", " + QA),
            "2",
            "1"),
        attestation(
            "[].require",
            attested("type: slsaprovenance, require: {%: [release, qa]}")
                .replace(RELEASE, RELEASE + ", " + QA),
            "all",
            "any"),
        attestation(
            "[].platforms", attested("type: slsaprovenance, platforms: %"), "each", "named"),
        attestation(
            "[].provenance",
            attested("type: slsaprovenance, provenance: {%}"),
            "ref: refs/heads/x",
            "ref: refs/heads/main"),
        provenance("builderId", "https://laptop.example.com", "https://builder.example.com"),
        provenance("builderIdRegExp", "https://builder", "https://builder.+"),
        provenance("sourceUri", "https://git.example.com/shop", "https://git.example.com/shop/web"),
        provenance("sourceUriRegExp", "https://git.example.com", "https://git.example.com/.+"),
        provenance("ref", "refs/heads/mai", "refs/heads/main"),
        provenance("refRegExp", "refs/tags/.+", "refs/heads/.+"));
  }

  /** A pair of policies in which what is not rated or suppressed does not count. */
  private static Flip scan(String field, String written, String from, String to) {
    return check(
        "imageScan." + field,
        "imageScan: {unknownSeverity: ignore, suppressed: ignore, notScanned: deny, "
            + written
            + "}",
        from,
        to);
  }

  /** A pair of policies for an image that its proxy cache has not got yet. */
  private static Flip uncached(String field, String written, String from, String to) {
    return flip(
        "GatePolicy spec.checks.imageScan." + field,
        policy("mode: enforce, checks: {imageScan: {denySeverity: High, " + written + "}}"),
        from,
        Effect.REFUSE,
        to,
        Effect.ADMIT_OWING,
        subject("Pod", "shop", "alice", container("harbor.example.com/hub/web:1")));
  }

  private static List<Flip> byScan() {
    String entry = "{cve: CVE-2026-0001, until: 2026-12-31, reason: r, owner: o}";
    return List.of(
        check("imageScan.source", "imageScan: {denySeverity: High, source: %}", "harbor", "report"),
        scan("denySeverity", "denySeverity: %", "High", "Critical"),
        flip(
            "GatePolicy spec.checks.imageScan.grace",
            policy(
                "mode: enforce, checks: {imageScan: {denySeverity: High, suppressed: ignore,"
                    + " unknownSeverity: ignore, grace: %}}"),
            "1d",
            Effect.REFUSE,
            "2d",
            Effect.ADMIT_OWING),
        scan("cvss", "cvss: %", "7.5", "7.6"),
        scan(
            "onlyFixable",
            "denySeverity: Medium, allow: [" + entry + "], onlyFixable: %",
            "false",
            "true"),
        check(
            "imageScan.unknownSeverity",
            "imageScan: {denySeverity: Critical, suppressed: ignore, unknownSeverity: %}",
            "deny",
            "ignore"),
        check(
            "imageScan.suppressed",
            "imageScan: {denySeverity: Critical, unknownSeverity: ignore, suppressed: %}",
            "deny",
            "ignore"),
        scan("maxAge", "denySeverity: Critical, maxAge: %", "PT23H59M59S", "24h"),
        scan("maxDatabaseAge", "denySeverity: Critical, maxDatabaseAge: %", "PT47H59M59S", "48h"),
        flip(
            "GatePolicy spec.checks.imageScan.notScanned",
            policy(
                "mode: enforce, checks: {imageScan: {denySeverity: High, maxAge: 1h,"
                    + " notScanned: %}}"),
            "deny",
            Effect.REFUSE,
            "wait",
            Effect.REFUSE_UNDECIDED),
        uncached("proxyCache", "proxyCache: %", "deny", "admitThenRecheck"),
        uncached(
            "recheckWithin", "proxyCache: admitThenRecheck, recheckWithin: %", "30m", "PT30M1S"),
        scan("allow", "denySeverity: High, allow: [%]", "", entry),
        scan(
            "allow[].cve",
            "denySeverity: High, allow: [" + entry.replace("0001", "%") + "]",
            "0002",
            "0001"),
        scan(
            "allow[].until",
            "denySeverity: High, allow: [" + entry.replace("2026-12-31", "'%'") + "]",
            "2026-11-25T12:00:00Z",
            "2026-11-25T12:00:01Z"),
        scan("deny", "deny: [%]", "CVE-2026-0002", "CVE-2026-9999"),
        scan(
            "projectAllowLists",
            "denySeverity: High, projectAllowLists: [%]",
            "",
            "{project: library, maxSeverity: High}"),
        scan(
            "projectAllowLists[].project",
            "denySeverity: High, projectAllowLists: [{project: %, maxSeverity: High}]",
            "others",
            "library"),
        scan(
            "projectAllowLists[].maxSeverity",
            "denySeverity: High, projectAllowLists: [{project: library, maxSeverity: %}]",
            "Medium",
            "High"),
        flip(
            "GatePolicy spec.checks.imageScan.platforms",
            policy("mode: enforce, checks: {imageScan: {denySeverity: High, platforms: [%]}}"),
            "linux/amd64",
            Effect.REFUSE,
            "linux/arm64",
            Effect.NONE,
            subject("Pod", "shop", "alice", container("docker.io/library/redis:1"))),
        scan("scanners", "denySeverity: Critical, scanners: [%]", "{name: Clair}", "{name: Trivy}"),
        scan("scanners[].name", "denySeverity: Critical, scanners: [{name: %}]", "trivy", "Trivy"),
        scan(
            "scanners[].vendor",
            "denySeverity: Critical, scanners: [{name: Trivy, vendor: %}]",
            "Aqua",
            "Aqua Security"),
        scan(
            "scanners[].minVersion",
            "denySeverity: Critical, scanners: [{name: Trivy, minVersion: %}]",
            "0.72.1",
            "0.72.0"),
        scan("endOfLife", "denySeverity: Critical, endOfLife: %", "deny", "ignore"));
  }

  private static Flip exempting(String field, String written, String from, String to) {
    return flip(
        "Exemption spec." + field, exemption(written), from, Effect.NONE, to, Effect.REFUSE);
  }

  private static Flip matching(String field, String from, String to) {
    return exempting(
        "container." + field,
        "checks: [nonRoot], namespaces: [shop], container: {image: docker.io/library/nginx,"
            + " capabilities: [NET_ADMIN], "
            + field
            + ": %}, "
            + UNTIL,
        from,
        to);
  }

  private static Flip labelled(String field, String written, String from, String to) {
    return exempting(
        "podLabels." + field,
        "checks: [nonRoot], namespaces: [shop], container: {image: docker.io/library/nginx,"
            + " capabilities: [NET_ADMIN]}, podLabels: {"
            + written
            + "}, "
            + UNTIL,
        from,
        to);
  }

  private static List<Flip> flips() {
    List<Flip> flips = new ArrayList<>();
    flips.add(
        flip(
            "GatePolicy spec.mode",
            policy("mode: %, " + NON_ROOT),
            "enforce",
            Effect.REFUSE,
            "warn",
            Effect.WARN));
    flips.add(
        flip(
            "GatePolicy spec.controllers",
            policy("mode: enforce, controllers: %, " + NON_ROOT),
            "deny",
            Effect.REFUSE,
            "warn",
            Effect.WARN,
            subject("Deployment", "shop", "alice", container("docker.io/library/nginx:1"))));
    flips.add(
        flip(
            "GatePolicy spec.checks",
            policy("mode: enforce, checks: {%: {}}"),
            "nonRoot",
            Effect.REFUSE,
            "imageReference",
            Effect.NONE));
    flips.add(scope("namespaces.names", "namespaces: {names: [%]}", "shop", "bank"));
    flips.add(
        scope("namespaces.matchLabels", "namespaces: {matchLabels: {env: %}}", "prod", "dev"));
    flips.add(
        scope(
            "namespaces.matchExpressions[].key",
            "namespaces: {matchExpressions: [{key: %, operator: Exists}]}",
            "env",
            "tier"));
    flips.add(
        scope(
            "namespaces.matchExpressions[].operator",
            "namespaces: {matchExpressions: [{key: env, operator: %}]}",
            "Exists",
            "DoesNotExist"));
    flips.add(
        scope(
            "namespaces.matchExpressions[].values",
            "namespaces: {matchExpressions: [{key: env, operator: In, values: [%]}]}",
            "prod",
            "dev"));
    flips.add(scope("namespaces.exclude", "namespaces: {exclude: [%]}", "bank", "shop"));
    flips.add(scope("kinds", "kinds: [%]", "Pod", "Deployment"));
    flips.add(scope("excludeUsers", "excludeUsers: [%]", "bob", "alice"));
    String unreachable = policy("mode: enforce, checks: {networkPolicy: {onUnknown: %}}");
    flips.add(
        new Flip(
            "GatePolicy spec.checks.*.onUnknown",
            unreachable.replace("%", "deny"),
            Effect.REFUSE_UNDECIDED,
            unreachable.replace("%", "admit"),
            Effect.ADMIT_OWING,
            pod(),
            false));
    flips.addAll(
        List.of(
            check(
                "nonRoot.allowUserNamespaces",
                "nonRoot: {allowUserNamespaces: %}",
                "false",
                "true"),
            flip(
                "GatePolicy spec.checks.nonRoot.considerImageUser",
                policy("mode: enforce, checks: {nonRoot: {considerImageUser: %}}"),
                "false",
                Effect.REFUSE,
                "true",
                Effect.NONE,
                Judging.silent()),
            signature("rules", "rules: %", byRelease("redis"), byRelease("nginx")),
            signature(
                "rules[].images",
                "rules: [{images: [docker.io/library/%], signers: [" + RELEASE + "]}]",
                "redis",
                "nginx"),
            signature(
                "rules[].atLeast",
                rule("signers: [" + RELEASE + ", " + QA + "], atLeast: %"),
                "2",
                "1"),
            signature(
                "rules[].require",
                rule("signers: [" + RELEASE + ", " + QA + "], require: %"),
                "{all: [qa, release]}",
                "{any: [qa, release]}"),
            signature(
                "rules[].annotations",
                rule("signers: [" + RELEASE + "], annotations: {env: %}"),
                "test",
                "production"),
            signature(
                "rules[].platforms",
                rule("signers: [" + RELEASE + "], platforms: %"),
                "each",
                "named"),
            check(
                "resourceLimits.require",
                "resourceLimits: {require: [%]}",
                "limits.cpu",
                "requests.cpu"),
            check(
                "resourceLimits.max",
                "resourceLimits: {require: [], max: {limits.memory: %}}",
                "1Gi",
                "2Gi"),
            check(
                "resourceLimits.min",
                "resourceLimits: {require: [], min: {requests.cpu: %}}",
                "1",
                "100m"),
            check(
                "resourceLimits.maxTotal",
                "resourceLimits: {require: [], maxTotal: {limits.memory: %}}",
                "1Gi",
                "2Gi"),
            check(
                "networkPolicy.directions",
                "networkPolicy: {directions: [%]}",
                "Egress",
                "Ingress"),
            check(
                "imageReference.registries",
                "imageReference: {registries: [%]}",
                "quay.io",
                "docker.io/library"),
            check(
                "imageReference.requireDigest",
                "imageReference: {requireDigest: %}",
                "always",
                "never"),
            check(
                "imageReference.forbidTags",
                "imageReference: {forbidTags: [%]}",
                "'1'",
                "latest")));
    flips.add(
        flip(
            "GatePolicy spec.checks.networkPolicy.grace",
            policy("mode: enforce, checks: {networkPolicy: {grace: %}}"),
            "60s",
            Effect.REFUSE,
            "61s",
            Effect.ADMIT_OWING));
    flips.addAll(
        List.of(
            exempting(
                "checks", "checks: [%], namespaces: [shop], " + UNTIL, "nonRoot", "resourceLimits"),
            exempting("namespaces", "checks: [nonRoot], namespaces: [%], " + UNTIL, "shop", "bank"),
            exempting(
                "until",
                "checks: [nonRoot], namespaces: [shop], until: '%'",
                "2026-11-25T12:00:01Z",
                "2026-11-25T12:00:00Z"),
            exempting(
                "container.image",
                "checks: [nonRoot], namespaces: ['*'], container: {image: %, capabilities: [NET_ADMIN]}, "
                    + UNTIL,
                "docker.io/library/nginx",
                "docker.io/library/redis"),
            exempting(
                "container.capabilities",
                "checks: [nonRoot], namespaces: [shop], container: {image: docker.io/library/nginx, capabilities: [%]}, "
                    + UNTIL,
                "NET_ADMIN",
                "NET_RAW"),
            matching("name", "web", "db"),
            matching("role", "main", "init"),
            matching("args", "'serve --.*'", "'serve'"),
            matching("runAsUser", "0", "1"),
            labelled("matchLabels", "matchLabels: {app: %}", "web", "db"),
            labelled(
                "matchExpressions[].key",
                "matchExpressions: [{key: %, operator: Exists}]",
                "app",
                "tier"),
            labelled(
                "matchExpressions[].operator",
                "matchExpressions: [{key: app, operator: %}]",
                "Exists",
                "DoesNotExist"),
            labelled(
                "matchExpressions[].values",
                "matchExpressions: [{key: app, operator: In, values: [%]}]",
                "web",
                "db")));
    flips.addAll(bySigners());
    flips.addAll(byAttestation());
    flips.addAll(byScan());
    flips.add(
        flip(
            "DenyList spec.digests",
            denyList("digests: ['%']"),
            Judging.DIGEST,
            Effect.REFUSE,
            Judging.DIGEST.replace('0', '1'),
            Effect.NONE,
            subject(
                "Pod", "shop", "alice", container("docker.io/library/nginx@" + Judging.DIGEST))));
    flips.add(
        flip(
            "DenyList spec.repositories",
            denyList("repositories: [%]"),
            "docker.io/library/nginx",
            Effect.REFUSE,
            "docker.io/library/redis",
            Effect.NONE));
    return flips;
  }

  @TestFactory
  Stream<DynamicTest> T6_flippingAFieldFlipsAVerdict() {
    return flips().stream()
        .map(flip ->
            DynamicTest.dynamicTest(
                flip.field(),
                () -> {
                  assertThat(flip.ofOne()).isNotEqualTo(flip.ofOther());
                  assertThat(effect(flip.one(), flip)).isEqualTo(flip.ofOne());
                  assertThat(effect(flip.other(), flip)).isEqualTo(flip.ofOther());
                }));
  }

  private static Effect effect(String documents, Flip flip) {
    return judge(documents, flip.subject(), Judging.NOW, flip.reachable()).effect();
  }

  @Test
  void T6_everyFieldOfEveryDocumentHasSuchAPair() {
    Set<String> fields = new TreeSet<>();
    for (Map.Entry<String, Class<? extends Record>> kind : Document.KINDS.entrySet()) {
      DocumentFields.of(kind.getValue()).stream()
          .filter(DocumentFields.Entry::leaf)
          .forEach(entry -> fields.add(kind.getKey() + " " + entry.path()));
    }
    DocumentFields.parameters(Checks.all())
        .forEach(entry -> fields.add("GatePolicy " + entry.path()));
    fields.add("GatePolicy spec.checks.*.onUnknown");
    Set<String> covered = new TreeSet<>(FOR_PEOPLE);
    flips().forEach(flip -> covered.add(flip.field()));
    assertThat(covered)
        .as("fields with a pair of documents (or for people only) and fields that there are")
        .isEqualTo(fields);
  }

  @Test
  void whatIsForPeopleIsShownToThem() {
    assertThat(
            judge(denyList("repositories: [docker.io/library]"), pod())
                .rulings()
                .getFirst()
                .findings()
                .getFirst())
        .satisfies(finding -> assertThat(finding.problem()).contains("stolen"))
        .satisfies(finding -> assertThat(finding.fix()).contains("security"));
  }
}
