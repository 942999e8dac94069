package dev.tidegate.workload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the Kubernetes API that are read, as they are on the wire. Everything may be
 * missing.
 */
final class Wire {
  private Wire() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Workload(
      @Nullable String apiVersion,
      @Nullable String kind,
      @Nullable Meta metadata,
      @Nullable Spec spec,
      @Nullable Template template) {}

  /** The union of the specs of all kinds: a pod's own, and the way to a controller's template. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Spec(
      @Nullable Template template,
      @Nullable JobTemplate jobTemplate,
      @Nullable Object workloadRef,
      @Nullable List<@Nullable Container> initContainers,
      @Nullable List<@Nullable Container> containers,
      @Nullable List<@Nullable Container> ephemeralContainers,
      @Nullable List<@Nullable Volume> volumes,
      @Nullable Security securityContext,
      @Nullable Resources resources,
      @Nullable Boolean hostNetwork,
      @Nullable Boolean hostUsers,
      @Nullable Os os) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record JobTemplate(@Nullable Spec spec) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Template(@Nullable Meta metadata, @Nullable Spec spec) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Meta(
      @Nullable String name,
      @Nullable String generateName,
      @Nullable String namespace,
      @Nullable Map<String, @Nullable String> labels,
      @Nullable Map<String, @Nullable String> annotations,
      @Nullable List<@Nullable OwnerReference> ownerReferences) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record OwnerReference(
      @Nullable String kind, @Nullable String name, @Nullable Boolean controller) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Container(
      @Nullable String name,
      @Nullable String image,
      @Nullable List<@Nullable String> command,
      @Nullable List<@Nullable String> args,
      @Nullable String restartPolicy,
      @Nullable Security securityContext,
      @Nullable Resources resources) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Volume(@Nullable String name, @Nullable ImageSource image) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record ImageSource(@Nullable String reference) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Security(
      @Nullable Boolean runAsNonRoot,
      @Nullable Long runAsUser,
      @Nullable Boolean privileged,
      @Nullable Capabilities capabilities) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Capabilities(@Nullable List<@Nullable String> add) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Resources(
      @Nullable Map<String, @Nullable String> requests,
      @Nullable Map<String, @Nullable String> limits) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Os(@Nullable String name) {}
}
