package dev.tidegate.workload;

import dev.tidegate.model.Container;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a container (core/v1 Container and EphemeralContainer). What the API server lets through in
 * a controller's template, such as a container without image, is read as it is and judged.
 */
final class ContainerReader {
  private static final int RESOURCE_NAMES = 1000;

  private ContainerReader() {}

  static Container read(Cursor at, String path, Role listed) throws IOException, BadDocument {
    String name = "";
    String image = "";
    Role role = listed;
    SecurityContext security = SecurityContext.NONE;
    Resources resources = Resources.NONE;
    List<String> command = List.of();
    List<String> args = List.of();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "name" -> name = at.text();
          case "image" -> image = at.text();
          case "restartPolicy" ->
              role = at.text().equals("Always") && listed == Role.INIT ? Role.SIDECAR : listed;
          case "securityContext" -> security = security(at);
          case "resources" -> resources = resources(at);
          case "command" -> command = at.texts();
          case "args" -> args = at.texts();
          default -> at.skip();
        }
      }
    }
    return new Container(name, role, path, image, security, resources, command, args);
  }

  /** Reads a container's or a pod's {@code securityContext}. */
  static SecurityContext security(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return SecurityContext.NONE;
    }
    Optional<Boolean> runAsNonRoot = Optional.empty();
    Optional<Long> runAsUser = Optional.empty();
    Optional<Boolean> privileged = Optional.empty();
    Set<String> capabilities = Set.of();
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "runAsNonRoot" -> runAsNonRoot = at.flag();
        case "runAsUser" -> runAsUser = at.whole();
        case "privileged" -> privileged = at.flag();
        case "capabilities" -> capabilities = added(at);
        default -> at.skip();
      }
    }
    return new SecurityContext(runAsNonRoot, runAsUser, privileged, capabilities);
  }

  private static Set<String> added(Cursor at) throws IOException, BadDocument {
    Set<String> added = new HashSet<>();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        if (field.equals("add")) {
          added = new HashSet<>(at.texts());
        } else {
          at.skip();
        }
      }
    }
    return added;
  }

  /** Reads a container's or a pod's {@code resources}. */
  static Resources resources(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return Resources.NONE;
    }
    Map<String, Quantity> requests = Map.of();
    Map<String, Quantity> limits = Map.of();
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "requests" -> requests = quantities(at);
        case "limits" -> limits = quantities(at);
        default -> at.skip();
      }
    }
    return requests.isEmpty() && limits.isEmpty()
        ? Resources.NONE
        : new Resources(requests, limits);
  }

  private static Map<String, Quantity> quantities(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return Map.of();
    }
    Map<String, Quantity> quantities = new LinkedHashMap<>();
    for (String name = at.next(); name != null; name = at.next()) {
      quantities.put(name, at.quantity());
      if (quantities.size() > RESOURCE_NAMES) {
        throw at.tooMany(RESOURCE_NAMES, "entries");
      }
    }
    return quantities;
  }
}
