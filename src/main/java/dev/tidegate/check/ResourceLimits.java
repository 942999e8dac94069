package dev.tidegate.check;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which requests and limits must be set, and how small and large they may be.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>{@code spec.containers[*].resources} and the same of {@code initContainers}, sidecars among
 *       them: all that {@code require} names is set, there or, for cpu, memory and huge pages, in
 *       {@code spec.resources}; no value is above {@code max} or below {@code min}
 *   <li>a limit of cpu, memory or ephemeral-storage for which there is a maximum: set, for one that
 *       is not set is no limit
 *   <li>{@code spec.resources}: not above {@code max} where a container relies on it, having no
 *       value of its own
 *   <li>the pod's total: not above {@code maxTotal}
 *   <li>ephemeral containers: not judged, since they cannot have resources
 * </ul>
 *
 * <p>A request that is not written is the limit, as the API server fills it in. 0 counts as not
 * set, as kubelet and runtime take it. All boundaries are inclusive.
 */
public final class ResourceLimits implements Check<ResourceLimits.Parameters> {
  private static final int MOST_KEYS = 32;
  private static final int TOLD = 5;
  private static final String HOW =
      "write requests. or limits. and cpu, memory, ephemeral-storage, hugepages-2Mi or an extended"
          + " resource such as nvidia.com/gpu, for instance limits.memory";

  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "resourceLimits",
          "Containers say what they need and may use",
          List.of(
              "Every init container, sidecar and main container must set the requests and limits"
                  + " that the policy requires, and stay within its minimum and maximum values."
                  + " Where there is a maximum for a limit of cpu, memory or ephemeral-storage, the"
                  + " limit must be set. Requests default to limits, and the pod's own"
                  + " spec.resources stands in for containers that say nothing, both as in"
                  + " Kubernetes. Ephemeral containers cannot have resources and are not judged.",
              "Without requests the scheduler packs pods onto nodes that cannot carry them; without"
                  + " a memory limit one leak takes down its neighbours. A sum over the pod counts"
                  + " what runs at the same time: main containers and sidecars together, an init"
                  + " container with the sidecars started before it.",
              "Set resources.requests and resources.limits of the container named in the message,"
                  + " for instance requests: {cpu: 100m, memory: 128Mi} and limits: {memory: 256Mi}."
                  + " A value of 0 counts as not set. If a mesh adds a sidecar without limits, set"
                  + " them in the mesh's injection template or by its pod annotations."),
          Set.of(Input.RESOURCES),
          false);

  /**
   * What a policy may say.
   *
   * @param require what every container must set, in the form {@code requests.cpu}
   * @param max greatest value of a container, inclusive
   * @param min smallest value of a container, inclusive
   * @param maxTotal greatest value of a pod's total, inclusive
   */
  public record Parameters(
      @Field(
              value =
                  "What every container must set, as requests.NAME or limits.NAME; [] requires"
                      + " nothing.",
              fallback = "[requests.cpu, requests.memory, limits.memory]")
          Set<String> require,
      @Field(
              "Greatest values for one container (inclusive), for instance limits.memory: 8Gi. A"
                  + " limit of cpu, memory or ephemeral-storage with a maximum must be set, too.")
          Map<String, Quantity> max,
      @Field(
              "Smallest values for one container (inclusive), for instance requests.cpu: 10m. A"
                  + " request with a minimum must be set, too.")
          Map<String, Quantity> min,
      @Field(
              "Greatest values for all that a pod runs at the same time (inclusive), for instance"
                  + " limits.memory: 16Gi; sidecars are counted with the main containers.")
          Map<String, Quantity> maxTotal) {
    public Parameters {
      SortedSet<String> sorted = new TreeSet<>(require);
      sorted.forEach(key -> checked("require", key));
      require = Collections.unmodifiableSortedSet(sorted);
      max = checked("max", max);
      min = checked("min", min);
      maxTotal = checked("maxTotal", maxTotal);
      if (require.size() > MOST_KEYS) {
        throw tooMany("require");
      }
      for (Map.Entry<String, Quantity> least : min.entrySet()) {
        Quantity most = max.get(least.getKey());
        if (most != null && least.getValue().compareTo(most) > 0) {
          throw new InvalidField(
              "min." + least.getKey(),
              "is " + least.getValue() + ", above the maximum " + most,
              "make it at most max." + least.getKey());
        }
      }
      if (require.isEmpty() && max.isEmpty() && min.isEmpty() && maxTotal.isEmpty()) {
        throw new InvalidField(
            "require",
            "is empty, and so are max, min and maxTotal: the check would demand nothing",
            "name a request, a limit or a maximum, or leave the check out");
      }
    }

    private static Map<String, Quantity> checked(String field, Map<String, Quantity> values) {
      if (values.size() > MOST_KEYS) {
        throw tooMany(field);
      }
      values.forEach((key, value) -> {
        checked(field, key);
        if (value.signum() <= 0) {
          throw new InvalidField(
              field + "." + key, "is " + value + ", which is not above 0", "write a value above 0");
        }
      });
      return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    private static void checked(String field, String key) {
      try {
        ResourceKey.parse(key);
      } catch (IllegalArgumentException bad) {
        throw new InvalidField(field, String.valueOf(bad.getMessage()), HOW);
      }
    }

    private static InvalidField tooMany(String field) {
      return new InvalidField(
          field, "has more than " + MOST_KEYS + " entries", "write at most " + MOST_KEYS);
    }
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
    return evaluate(subject, ResourcePlan.of(List.of(parameters))).getFirst();
  }

  @Override
  public List<Outcome> evaluateEach(
      Subject subject, List<Parameters> asked, List<Parameters> all, Facts facts) {
    return evaluate(subject, PLANS.get(asked, ResourcePlan::of));
  }

  /**
   * By the very list, since hashing its contents would cost as much as planning. There are as many
   * as groups of policies that apply together: a greatest size would make each look-up be noted.
   */
  private static final Cache<List<Parameters>, ResourcePlan> PLANS =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

  private static List<Outcome> evaluate(Subject subject, ResourcePlan plan) {
    PodShape pod = subject.pod();
    ResourceValues values = new ResourceValues(pod, plan.keys());
    List<Outcome> outcomes = new ArrayList<>(plan.each().size());
    for (ResourcePlan.Demands demands : plan.each()) {
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < values.containers().size(); i++) {
        judgeMissing(values, i, pod, demands, findings);
        judgeValues(values, i, demands.bounds(), findings);
      }
      judgePodLevel(values, pod, demands.bounds(), findings);
      judgeTotals(pod, demands.totals(), findings);
      outcomes.add(Outcome.of(findings, List.of()));
    }
    return outcomes;
  }

  /** Whether Kubernetes lets {@code container} have requests and limits. */
  static boolean hasResources(Container container) {
    return container.role().runs() && container.role() != Role.EPHEMERAL;
  }

  /** Everything that a container fails to set is one finding. */
  private static void judgeMissing(
      ResourceValues values,
      int place,
      PodShape pod,
      ResourcePlan.Demands demands,
      List<Finding> findings) {
    List<ResourceKey> missing = new ArrayList<>();
    for (ResourcePlan.Entry entry : demands.wanted()) {
      ResourceKey key = entry.key();
      if (values.at(place, entry) == null
          && !(key.podLevel() && key.effective(pod.resources()).isPresent())) {
        missing.add(key);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    findings.add(
        Finding.in(
            values.containers().get(place),
            "resources",
            Severity.MEDIUM,
            Words.and(words(missing)) + (missing.size() == 1 ? " is not set" : " are not set"),
            "set the container's "
                + Words.and(
                    missing.stream().map(key -> asked(key, demands.parameters())).toList())));
  }

  private static String asked(ResourceKey key, Parameters parameters) {
    Quantity least = parameters.min().get(key.toString());
    Quantity most = parameters.max().get(key.toString());
    String bounds =
        Stream.of(
                Optional.ofNullable(least).map(value -> "at least " + value),
                Optional.ofNullable(most).map(value -> "at most " + value))
            .flatMap(Optional::stream)
            .reduce((one, other) -> one + ", " + other)
            .map(text -> " (" + text + ")")
            .orElse("");
    return "resources." + key + bounds;
  }

  private static void judgeValues(
      ResourceValues values, int place, List<ResourcePlan.Bound> bounds, List<Finding> findings) {
    for (ResourcePlan.Bound bound : bounds) {
      Quantity value = values.at(place, bound.entry());
      if (value != null && bound.isBrokenBy(value)) {
        findings.add(
            Finding.in(
                values.containers().get(place),
                "resources." + bound.key(),
                Severity.MEDIUM,
                bound.key() + " is " + value + ", " + bound.side(),
                "set the container's resources." + bound.key() + " to " + bound.way()));
      }
    }
  }

  /** A container without a value of its own has what the pod as a whole has. */
  private static void judgePodLevel(
      ResourceValues values,
      PodShape pod,
      List<ResourcePlan.Bound> bounds,
      List<Finding> findings) {
    List<Container> containers = values.containers();
    for (ResourcePlan.Bound bound : bounds) {
      ResourceKey key = bound.key();
      List<String> relying = new ArrayList<>();
      for (int i = 0; i < containers.size(); i++) {
        if (values.at(i, bound.entry()) == null) {
          relying.add(containers.get(i).name());
        }
      }
      if (relying.isEmpty() || !key.podLevel()) {
        continue;
      }
      // The API server makes the pod's limit its request only where no container has a request.
      Optional<Quantity> whole =
          relying.size() == containers.size()
              ? key.effective(pod.resources())
              : key.written(pod.resources());
      whole
          .filter(bound::isBrokenBy)
          .ifPresent(value ->
              findings.add(
                  Finding.ofPod(
                      pod.field() + ".resources." + key,
                      Severity.MEDIUM,
                      "the pod's "
                          + key
                          + " is "
                          + value
                          + ", "
                          + bound.side()
                          + " of one container, and nothing else is set for "
                          + Words.some(relying, TOLD),
                      "set resources."
                          + key
                          + " of these containers, or of the pod, to "
                          + bound.way())));
    }
  }

  private static void judgeTotals(
      PodShape pod, Map<ResourceKey, Quantity> totals, List<Finding> findings) {
    totals.forEach((name, most) -> {
      ResourceTotals total = ResourceTotals.of(name, pod);
      if (!total.unbounded().isEmpty()) {
        findings.add(
            Finding.ofPod(
                pod.field(),
                Severity.MEDIUM,
                name
                    + " of the whole pod has no bound, because "
                    + Words.some(total.unbounded(), TOLD)
                    + (total.unbounded().size() == 1 ? " sets none" : " set none"),
                "set resources." + name + " of every container; together at most " + most));
      } else if (total.amount().compareTo(most) > 0) {
        findings.add(
            Finding.ofPod(
                pod.field(),
                Severity.MEDIUM,
                name + " of the whole pod is " + total.amount() + ", above the maximum " + most,
                "lower resources."
                    + name
                    + " of its containers, or of the pod, to "
                    + most
                    + " together"));
      }
    });
  }

  private static List<String> words(Collection<ResourceKey> keys) {
    return keys.stream().map(ResourceKey::toString).toList();
  }
}
