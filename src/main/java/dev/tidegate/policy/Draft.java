package dev.tidegate.policy;

import dev.tidegate.check.AllowedCve;
import dev.tidegate.check.CheckRegistry;
import dev.tidegate.check.ImageScan;
import dev.tidegate.check.NamesSigners;
import dev.tidegate.check.Quorum;
import dev.tidegate.check.QuorumSpec;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.document.Binder;
import dev.tidegate.document.Nodes;
import dev.tidegate.document.Problems;
import dev.tidegate.document.Words;
import dev.tidegate.model.PlainText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** A policy set that is being put together, document by document. */
final class Draft {
  /** How far the clock of whoever writes a policy may be ahead of ours. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final CheckRegistry checks;
  private final Map<Class<?>, Binder.Special> specials;
  private final Instant now;
  private final Duration longestExemption;
  private final Problems problems;
  private final Map<String, Origin> seen = new HashMap<>();
  private final List<GatePolicy> policies = new ArrayList<>();
  private final List<PendingExemption> exemptions = new ArrayList<>();
  private final List<DenyList> denyLists = new ArrayList<>();

  /** An exemption whose signers are looked up when all policies are known. */
  private record PendingExemption(String name, Origin origin, Node root, ExemptionSpec spec) {}

  Draft(
      CheckRegistry checks,
      Materials materials,
      Instant now,
      Duration longestExemption,
      Problems problems) {
    this.checks = checks;
    Map<Class<?>, Binder.Special> readers = new HashMap<>(materials.readers());
    readers.put(CheckBlocks.class, CheckBlocks.reader(checks));
    readers.put(Quorum.class, QuorumSpec::read);
    this.specials = Map.copyOf(readers);
    this.now = now;
    this.longestExemption = longestExemption;
    this.problems = problems;
  }

  /** Adds the document {@code root} of {@code file}. */
  void add(String file, Node root) {
    Class<? extends Record> shape = shape(file, root);
    if (shape == null) {
      return;
    }
    Record bound = new Binder(file, problems, specials).bind(root, "", shape);
    if (bound == null) {
      return;
    }
    Document document = (Document) bound;
    Origin origin = new Origin(file, Nodes.line(root));
    String name = document.metadata().name();
    switch (document) {
      case Document.OfPolicy policy -> add(policy, name, origin, root);
      case Document.OfExemption exemption -> add(exemption, name, origin, root);
      case Document.OfDenyList list -> {
        unique("DenyList", name, origin, root);
        denyLists.add(list.spec().denyList(name, origin));
      }
    }
  }

  private void add(Document.OfPolicy policy, String name, Origin origin, Node root) {
    unique("GatePolicy", name, origin, root);
    PolicySpec spec = policy.spec();
    spec.checks()
        .configured()
        .forEach(one -> {
          ended(one, origin, root);
          notBegun(one, origin, root);
        });
    policies.add(
        new GatePolicy(
            name,
            origin,
            spec.mode(),
            spec.controllers(),
            spec.scope().scope(),
            spec.checks().configured()));
  }

  /** Tells of permissions in a check's block that have ended, as for exemptions. */
  private void ended(Configured<?> configured, Origin origin, Node root) {
    if (!(configured.parameters() instanceof ImageScan.Parameters scan)) {
      return;
    }
    for (int i = 0; i < scan.allow().size(); i++) {
      AllowedCve entry = scan.allow().get(i);
      if (!now.isBefore(entry.until())) {
        String path = "spec.checks." + configured.id() + ".allow[" + i + "].until";
        problems.warning(
            origin.file(),
            Nodes.line(Nodes.at(root, path)),
            path,
            "the entry for " + entry.cve() + " ended at " + entry.until() + " and allows nothing",
            "remove it, or have it approved anew with a later end");
      }
    }
  }

  /** Tells of signers by whom nothing can count yet: that refuses every image that needs them. */
  private void notBegun(Configured<?> configured, Origin origin, Node root) {
    if (!(configured.parameters() instanceof NamesSigners names)) {
      return;
    }
    for (SignerSpec signer : names.signersNamed()) {
      if (signer.notBefore().filter(begin -> begin.at().isAfter(now.plus(SKEW))).isPresent()) {
        error(
            origin,
            root,
            "spec.checks." + configured.id(),
            "of the signer "
                + signer.name()
                + " only what is signed from "
                + signer.notBefore().get()
                + " on counts, which is in the future, so nothing does",
            "write a moment that has passed under notBefore, or remove it");
      }
    }
  }

  private void add(Document.OfExemption exemption, String name, Origin origin, Node root) {
    unique("Exemption", name, origin, root);
    ExemptionSpec spec = exemption.spec();
    Set<String> known = CheckBlocks.ids(checks);
    for (String id : new TreeSet<>(spec.checks())) {
      if (id.equals("denyList")) {
        error(origin, root, "spec.checks", "deny lists have no exemptions", "remove denyList");
      } else if (!known.contains(id)) {
        error(
            origin,
            root,
            "spec.checks",
            "there is no check \"" + PlainText.of(id, 80) + "\"",
            Words.choose(id, known));
      }
    }
    Instant latest = now.plus(longestExemption);
    if (spec.until().isAfter(latest)) {
      error(
          origin,
          root,
          "spec.until",
          spec.until() + " is more than " + longestExemption.toDays() + " days ahead",
          "choose an end no later than " + latest + ", and renew the exemption when it is due");
    } else if (!now.isBefore(spec.until())) {
      problems.warning(
          origin.file(),
          Nodes.line(Nodes.at(root, "spec.until")),
          "spec.until",
          "the exemption ended at " + spec.until() + " and exempts nothing",
          "remove it, or have it approved anew with a later end");
    }
    exemptions.add(new PendingExemption(name, origin, root, spec));
  }

  /** The record of the document's kind; {@code null}, with a problem, if it has none. */
  private @Nullable Class<? extends Record> shape(String file, Node root) {
    Node version = Nodes.child(root, "apiVersion");
    Node kind = Nodes.child(root, "kind");
    if (version == null || kind == null) {
      String field = version == null ? "apiVersion" : "kind";
      problems.error(
          file,
          Nodes.line(root),
          field,
          "is missing",
          "begin with apiVersion: "
              + Document.API_VERSION
              + " and kind: "
              + String.join(" or ", Document.KIND_NAMES));
      return null;
    }
    String written = String.valueOf(Nodes.text(version));
    if (!Document.API_VERSION.equals(written)) {
      problems.error(
          file,
          Nodes.line(version),
          "apiVersion",
          "\"" + PlainText.of(written, 80) + "\" is not known here",
          "write " + Document.API_VERSION + "; other documents do not belong among the policies");
      return null;
    }
    String called = String.valueOf(Nodes.text(kind));
    Class<? extends Record> shape = Document.KINDS.get(called);
    if (shape == null) {
      problems.error(
          file,
          Nodes.line(kind),
          "kind",
          "\"" + PlainText.of(called, 80) + "\" is not known here",
          Words.choose(called, Document.KIND_NAMES));
    }
    return shape;
  }

  private void unique(String kind, String name, Origin origin, Node root) {
    Origin other = seen.putIfAbsent(kind + "/" + name, origin);
    if (other != null) {
      error(
          origin,
          root,
          "metadata.name",
          "there is another " + kind + " " + name + " at " + other,
          "give each its own name, or remove one of them");
    }
  }

  private void error(Origin origin, Node root, String field, String problem, String fix) {
    problems.error(origin.file(), Nodes.line(Nodes.at(root, field)), field, problem, fix);
  }

  /** Whether nothing would judge anything. */
  boolean judgesNothing() {
    return policies.isEmpty() && denyLists.isEmpty();
  }

  /** Finds what is wrong between documents: names of signers that mean two things, or nothing. */
  void checkTogether() {
    Signers signers = Signers.of(policies);
    signers
        .ambiguous()
        .forEach((name, origins) ->
            problems.error(
                origins.getLast().file(),
                origins.getLast().line(),
                "spec.checks.imageSignature",
                "the signer "
                    + name
                    + " is another one than that of "
                    + origins.getFirst()
                    + " by the same name",
                "give each signer its own name"));
    for (PendingExemption exemption : exemptions) {
      exemption.spec().container().stream()
          .flatMap(container -> new TreeSet<>(container.signers()).stream())
          .filter(name -> !signers.byName().containsKey(name))
          .forEach(name ->
              error(
                  exemption.origin(),
                  exemption.root(),
                  "spec.container.signers",
                  "no signature rule names a signer \"" + PlainText.of(name, 80) + "\"",
                  signers.byName().isEmpty()
                      ? "remove it, or add a policy with imageSignature that names it"
                      : Words.choose(name, signers.byName().keySet())));
    }
  }

  /** The set with what was added. */
  PolicySet finish(String fingerprint) {
    Map<String, SignerSpec> signers = Signers.of(policies).byName();
    return new PolicySet(
        0,
        fingerprint,
        Interned.of(policies).stream().sorted(Comparator.comparing(GatePolicy::name)).toList(),
        exemptions.stream()
            .map(one -> one.spec().exemption(one.name(), one.origin(), signers))
            .sorted(Comparator.comparing(Exemption::name))
            .toList(),
        denyLists.stream().sorted(Comparator.comparing(DenyList::name)).toList());
  }
}
