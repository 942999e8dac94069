package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.evidence.Selecting;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A NetworkPolicy (networking.k8s.io/v1) isolates the pod.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>{@code metadata.labels}: such that for each direction a policy of the pod's namespace
 *       selects the pod, and no policy that selects it for that direction has an allow-all rule
 *   <li>{@code spec.hostNetwork}: false; unset
 * </ul>
 *
 * <p>An allow-all rule leaves every TCP port open to everybody: its peers are not given, or are
 * blocks that cover all of IPv4 or IPv6, or are all pods of all namespaces. Policies of other kinds
 * are not interpreted; where there are any, what would be a finding cannot be decided.
 *
 * <p>What was last heard of is enough to pass; before a finding the policies are read anew.
 */
public final class NetworkPolicyCheck implements Check<NetworkPolicyCheck.Parameters> {
  private static final Duration LONGEST_GRACE = Duration.ofHours(24);
  private static final int TOLD = 3;
  private static final int LONGEST_LABEL = 80;

  /** Labels that controllers put on and that differ from pod to pod: nothing to select by. */
  private static final Set<String> GENERATED =
      Set.of(
          "pod-template-hash",
          "rollouts-pod-template-hash",
          "controller-revision-hash",
          "pod-template-generation",
          "controller-uid",
          "batch.kubernetes.io/controller-uid",
          "job-name",
          "batch.kubernetes.io/job-name",
          "statefulset.kubernetes.io/pod-name",
          "apps.kubernetes.io/pod-index");

  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "networkPolicy",
          "A NetworkPolicy isolates the pod",
          List.of(
              "For each direction that the policy names (Ingress: who may reach the pod, Egress:"
                  + " whom it may reach) a NetworkPolicy of the pod's namespace must select the pod,"
                  + " and none that selects it may allow everybody on all ports, since policies add"
                  + " up. A pod on the node's network (hostNetwork: true) is never isolated."
                  + " Policies of Calico, Cilium and the cluster's administrators are not"
                  + " interpreted: where they exist, the check cannot decide and at most warns.",
              "A pod that no NetworkPolicy selects is open to every pod in the cluster and may"
                  + " connect to anything, which is how one broken-into workload becomes many.",
              "Apply a NetworkPolicy whose podSelector matches the pod's labels and whose"
                  + " policyTypes name the missing direction, with rules for the peers that are"
                  + " really needed; a policyTypes: [Egress] policy without egress rules allows"
                  + " nothing, so remember DNS. Apply it before the workload, or together with it if"
                  + " the policy grants a grace. \"kubectl get networkpolicy\" shows what there is."),
          Set.of(Input.LABELS, Input.HOST_NETWORK),
          false);

  /**
   * What a policy may say.
   *
   * @param directions which traffic must be isolated
   * @param grace how long a workload may run before a policy selects it
   */
  public record Parameters(
      @Field(
              value = "Which traffic must be isolated: Ingress, Egress or both.",
              fallback = "[Ingress, Egress]",
              nonEmpty = true)
          Set<Direction> directions,
      @Field(
              value =
                  "How long, from the first sighting of the workload (exclusive), a missing"
                      + " NetworkPolicy is only warned about; 0s to 24h. Allow-all rules and"
                      + " hostNetwork have no grace.",
              fallback = "0s")
          Duration grace) {
    public Parameters {
      if (directions.isEmpty()) {
        throw new InvalidField(
            "directions", "is empty: the check would demand nothing", "write [Ingress, Egress]");
      }
      directions = Collections.unmodifiableSet(EnumSet.copyOf(directions));
      if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
        throw new InvalidField(
            "grace", "is not between 0s and 24h", "write a duration such as 2m, at most 24h");
      }
    }
  }

  /** By directions, of which there are three sets. */
  private static final Map<Set<Direction>, Outcome> PASSES = new ConcurrentHashMap<>();

  /** How a pod stands in one direction. */
  private sealed interface Standing {
    /** Policies select it, and none opens it again. */
    record Isolated() implements Standing {}

    /** No policy selects it. */
    record Unselected() implements Standing {}

    /** The policies of these names select it and allow everything. */
    record Open(List<String> by) implements Standing {}
  }

  @Override
  public CheckDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Outcome evaluate(Subject subject, Parameters parameters, Facts facts) {
    PodShape pod = subject.pod();
    if (pod.hostNetwork()) {
      return Outcome.of(List.of(onTheNodesNetwork(pod)), List.of());
    }
    String namespace = subject.namespace();
    Optional<NetworkPolicies> heard = known(facts.get(new EvidenceKey.Isolation(namespace)));
    if (heard.isPresent() && isolated(standings(pod, parameters, heard.get()))) {
      return pass(parameters);
    }
    Evidence<NetworkPolicies> now = facts.get(new EvidenceKey.IsolationNow(namespace));
    if (now instanceof Evidence.Unavailable<NetworkPolicies> unavailable) {
      return Outcome.unknown(unavailable.doubt());
    }
    return judge(subject, parameters, known(now).orElse(NetworkPolicies.NONE), facts);
  }

  /** The policies; that there are none is known, too. */
  private static Optional<NetworkPolicies> known(Evidence<NetworkPolicies> evidence) {
    return switch (evidence) {
      case Evidence.Present<NetworkPolicies> present -> Optional.of(present.value());
      case Evidence.Absent<NetworkPolicies> absent -> Optional.of(NetworkPolicies.NONE);
      case Evidence.Unavailable<NetworkPolicies> unavailable -> Optional.empty();
    };
  }

  private static Outcome judge(
      Subject subject, Parameters parameters, NetworkPolicies policies, Facts facts) {
    Map<Direction, Standing> standings = standings(subject.pod(), parameters, policies);
    if (isolated(standings)) {
      return pass(parameters);
    }
    if (!policies.unread().isEmpty()) {
      return Outcome.unknown(
          Doubt.of(
              Cause.INCOMPLETE,
              "no NetworkPolicy isolates this pod, but "
                  + Words.some(policies.unread(), TOLD)
                  + " may, and such policies are not interpreted"));
    }
    List<Finding> findings = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>();
    List<String> unselected = new ArrayList<>();
    standings.forEach((direction, standing) -> {
      switch (standing) {
        case Standing.Isolated isolated -> {}
        case Standing.Unselected none -> unselected.add(direction.toString());
        case Standing.Open open -> findings.add(open(subject, direction, open.by()));
      }
    });
    if (!unselected.isEmpty()) {
      Finding finding = unselected(subject, unselected, policies.policies());
      findings.add(inGrace(finding, subject, parameters.grace(), facts, doubts));
    }
    return Outcome.of(findings, doubts);
  }

  private static Map<Direction, Standing> standings(
      PodShape pod, Parameters parameters, NetworkPolicies policies) {
    List<Selecting> selecting = policies.selecting(pod.labels());
    Map<Direction, Standing> standings = new EnumMap<>(Direction.class);
    for (Direction direction : parameters.directions()) {
      boolean selected = false;
      List<String> open = new ArrayList<>();
      for (Selecting one : selecting) {
        if (one.policy().directions().contains(direction)) {
          selected = true;
          if (one.open().contains(direction)) {
            open.add(one.policy().name());
          }
        }
      }
      standings.put(
          direction,
          !selected
              ? new Standing.Unselected()
              : open.isEmpty()
                  ? new Standing.Isolated()
                  : new Standing.Open(open.stream().sorted().toList()));
    }
    return standings;
  }

  private static boolean isolated(Map<Direction, Standing> standings) {
    for (Standing standing : standings.values()) {
      if (!(standing instanceof Standing.Isolated)) {
        return false;
      }
    }
    return true;
  }

  /** Tolerated while the workload is younger than the grace, if that can be known. */
  private static Finding inGrace(
      Finding finding, Subject subject, Duration grace, Facts facts, List<Doubt> doubts) {
    if (grace.isZero()) {
      return finding;
    }
    Instant now = facts.now();
    Instant first =
        switch (facts.get(new EvidenceKey.FirstOwing(subject.namespace(), subject.workload()))) {
          // A sighting in the future would stretch the grace.
          case Evidence.Present<Instant> seen -> seen.value().isAfter(now) ? now : seen.value();
          case Evidence.Absent<Instant> never -> now;
          case Evidence.Unavailable<Instant> unavailable -> {
            doubts.add(unavailable.doubt());
            yield Instant.MIN;
          }
        };
    // Not by adding to Instant.MIN, which is far in the past with any grace.
    return first.isAfter(now.minus(grace)) ? finding.owing(first.plus(grace)) : finding;
  }

  private static Finding onTheNodesNetwork(PodShape pod) {
    return Finding.ofPod(
        pod.field() + ".hostNetwork",
        Severity.HIGH,
        "the pod uses the node's network (hostNetwork: true), which no NetworkPolicy covers",
        "set "
            + pod.field()
            + ".hostNetwork: false, or ask for an exemption if it must be on the node's network");
  }

  private static Finding open(Subject subject, Direction direction, List<String> by) {
    return Finding.ofPod(
        labelsField(subject.pod()),
        Severity.MEDIUM,
        (by.size() == 1 ? "NetworkPolicy " : "NetworkPolicies ")
            + Words.some(by, TOLD)
            + " of namespace "
            + subject.namespace()
            + (by.size() == 1 ? " allows" : " allow")
            + " all "
            + direction
            + " of this pod, so it is not isolated",
        "restrict peers or ports in its "
            + (direction == Direction.INGRESS ? "ingress" : "egress")
            + " rules (kubectl edit networkpolicy -n "
            + subject.namespace()
            + " "
            + by.get(0)
            + ")");
  }

  private static Finding unselected(
      Subject subject, List<String> directions, List<NetworkPolicy> policies) {
    String labels = labels(subject.pod().labels());
    String pod = labels.isEmpty() ? "this pod, which has no labels" : "labels " + labels;
    String problem =
        policies.isEmpty()
            ? "namespace "
                + subject.namespace()
                + " has no NetworkPolicy, so nothing limits "
                + Words.and(directions)
                + " of this pod"
            : Words.count(policies.size(), "NetworkPolicy", "NetworkPolicies")
                + " in "
                + subject.namespace()
                + ", none selects "
                + pod
                + " for "
                + String.join(" or ", directions)
                + nearest(policies);
    return Finding.ofPod(
        labelsField(subject.pod()),
        Severity.MEDIUM,
        problem,
        "apply a NetworkPolicy in namespace "
            + subject.namespace()
            + " with podSelector "
            + selector(subject.pod().labels())
            + " and policyTypes ["
            + String.join(", ", directions)
            + "], and rules for what is needed");
  }

  /** What the policies select instead, when they are few enough to be read. */
  private static String nearest(List<NetworkPolicy> policies) {
    if (policies.size() > TOLD) {
      return "";
    }
    List<String> told =
        policies.stream()
            .map(policy ->
                policy.name()
                    + " selects "
                    + selected(policy)
                    + " for "
                    + String.join(
                        " and ",
                        policy.directions().stream().sorted().map(Direction::toString).toList()))
            .sorted()
            .toList();
    return " (" + String.join("; ", told) + ")";
  }

  private static String selected(NetworkPolicy policy) {
    if (policy.pods().isEmpty()) {
      return "all pods";
    }
    String labels = labels(policy.pods().matchLabels());
    int expressions = policy.pods().matchExpressions().size();
    String more = expressions == 0 ? "" : Words.count(expressions, "expression", "expressions");
    return labels.isEmpty() ? more : more.isEmpty() ? labels : labels + " and " + more;
  }

  private static String labels(Map<String, String> labels) {
    return Words.some(told(labels, "="), TOLD);
  }

  /** A selector that selects the pod: fewer labels than it has select it as well. */
  private static String selector(Map<String, String> labels) {
    List<String> told = told(labels, ": ");
    return told.isEmpty()
        ? "{}"
        : "matchLabels {" + String.join(", ", told.stream().limit(TOLD).toList()) + "}";
  }

  private static List<String> told(Map<String, String> labels, String between) {
    return labels.entrySet().stream()
        .filter(label -> !GENERATED.contains(label.getKey()))
        .map(label -> PlainText.of(label.getKey() + between + label.getValue(), LONGEST_LABEL))
        .sorted()
        .toList();
  }

  /** Labels stand beside the spec: {@code spec} has {@code metadata} as its neighbour. */
  private static String labelsField(PodShape pod) {
    int dot = pod.field().lastIndexOf('.');
    return (dot < 0 ? "" : pod.field().substring(0, dot + 1)) + "metadata.labels";
  }

  private static Outcome pass(Parameters parameters) {
    return PASSES.computeIfAbsent(
        parameters.directions(),
        directions ->
            new Outcome.Pass(
                List.of(
                    new Proof(
                        "NetworkPolicies isolate the pod for "
                            + Words.and(directions.stream().map(Direction::toString).toList())))));
  }
}
