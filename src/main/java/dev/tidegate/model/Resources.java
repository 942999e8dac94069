package dev.tidegate.model;

import java.util.Map;

/**
 * Requests and limits of a container, or of a pod as a whole, by resource name ({@code cpu}, {@code
 * memory}, …).
 *
 * @param requests what the scheduler sets aside
 * @param limits what may be used at most
 */
public record Resources(Map<String, Quantity> requests, Map<String, Quantity> limits) {
  /** Nothing said. */
  public static final Resources NONE = new Resources(Map.of(), Map.of());

  public Resources {
    requests = Map.copyOf(requests);
    limits = Map.copyOf(limits);
  }
}
