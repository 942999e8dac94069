package dev.tidegate.check;

import dev.tidegate.model.PlainText;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Resources;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One entry of a container's resources, as policies write it: {@code requests.cpu}, {@code
 * limits.memory}, {@code limits.nvidia.com/gpu}.
 *
 * @param limit whether it is a limit, not a request
 * @param resource name of the resource
 */
record ResourceKey(boolean limit, String resource) implements Comparable<ResourceKey> {
  private static final Pattern RESOURCE =
      Pattern.compile(
          "cpu|memory|ephemeral-storage|hugepages-[0-9]{1,10}[KMG]i|[a-z0-9.-]{1,253}/[A-Za-z0-9._-]{1,63}");
  private static final String REQUESTS = "requests.";
  private static final String LIMITS = "limits.";

  /**
   * Reads an entry.
   *
   * @throws IllegalArgumentException if it names none; the message says what to write
   */
  static ResourceKey parse(String text) {
    boolean limit = text.startsWith(LIMITS);
    String resource =
        limit
            ? text.substring(LIMITS.length())
            : text.startsWith(REQUESTS) ? text.substring(REQUESTS.length()) : "";
    if (!RESOURCE.matcher(resource).matches()) {
      throw new IllegalArgumentException(
          "\"" + PlainText.of(text, 80) + "\" is neither a request nor a limit");
    }
    return new ResourceKey(limit, resource);
  }

  /** What {@code resources} says itself, if it says more than nothing. */
  Optional<Quantity> written(Resources resources) {
    return said(limit ? resources.limits() : resources.requests());
  }

  private Optional<Quantity> said(Map<String, Quantity> values) {
    Quantity said = values.get(resource);
    // The kubelet and the container runtime take 0 for "not set".
    return said == null || said.signum() <= 0 ? Optional.empty() : Optional.of(said);
  }

  /** As {@link #written}; a request that is not written is the limit, as the API server has it. */
  Optional<Quantity> effective(Resources resources) {
    return said(
        limit || !resources.requests().containsKey(resource)
            ? resources.limits()
            : resources.requests());
  }

  /** Whether not setting it means as much as the node has; of other resources it means none. */
  boolean boundless() {
    return limit
        && (resource.equals("cpu")
            || resource.equals("memory")
            || resource.equals("ephemeral-storage"));
  }

  /** Whether Kubernetes lets {@code spec.resources} set it for the pod as a whole. */
  boolean podLevel() {
    return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
  }

  /** The limits first, by name. */
  @Override
  public int compareTo(ResourceKey other) {
    return limit == other.limit ? resource.compareTo(other.resource) : limit ? -1 : 1;
  }

  /** As policies write it. */
  @Override
  public String toString() {
    return (limit ? LIMITS : REQUESTS) + resource;
  }
}
