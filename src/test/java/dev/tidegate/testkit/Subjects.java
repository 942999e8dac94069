package dev.tidegate.testkit;

import dev.tidegate.model.Container;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds subjects: a Pod {@code shop/web} without containers, to which a test adds what it needs.
 */
public final class Subjects {
  private String group = "";
  private String kind = "Pod";
  private String field = "spec";
  private Optional<Owner> owner = Optional.empty();
  private Optional<PodShape> before = Optional.empty();
  private Map<String, String> labels = Map.of("app", "web");
  private SecurityContext security = SecurityContext.NONE;
  private Resources resources = Resources.NONE;
  private boolean hostNetwork;
  private Optional<Boolean> hostUsers = Optional.empty();
  private boolean windows;
  private final List<Container> containers = new ArrayList<>();

  private Subjects() {}

  /** A pod. */
  public static Subjects pod() {
    return new Subjects();
  }

  /** The template of a Deployment. */
  public static Subjects deployment() {
    Subjects subjects = new Subjects();
    subjects.group = "apps";
    subjects.kind = "Deployment";
    subjects.field = "spec.template.spec";
    return subjects;
  }

  /** With these labels and no others. */
  public Subjects labels(Map<String, String> labels) {
    this.labels = labels;
    return this;
  }

  /** With a pod-level security context. */
  public Subjects security(SecurityContext security) {
    this.security = security;
    return this;
  }

  /** With pod-level resources. */
  public Subjects resources(Resources resources) {
    this.resources = resources;
    return this;
  }

  /** On the node's network. */
  public Subjects hostNetwork() {
    this.hostNetwork = true;
    return this;
  }

  /** With {@code hostUsers} said. */
  public Subjects hostUsers(boolean hostUsers) {
    this.hostUsers = Optional.of(hostUsers);
    return this;
  }

  /** For Windows. */
  public Subjects windows() {
    this.windows = true;
    return this;
  }

  /** Belonging to a workload. */
  public Subjects owner(String kind, String name) {
    this.owner = Optional.of(new Owner(kind, name));
    return this;
  }

  /** As an UPDATE of {@code before}. */
  public Subjects before(PodShape before) {
    this.before = Optional.of(before);
    return this;
  }

  /** With a container that says nothing. */
  public Subjects with(Role role, String name) {
    return with(role, name, SecurityContext.NONE, Resources.NONE);
  }

  /** With a container that has an image and says nothing else. */
  public Subjects image(Role role, String name, String image) {
    return add(role, name, image, SecurityContext.NONE, Resources.NONE);
  }

  /** With a container that has a security context. */
  public Subjects with(Role role, String name, SecurityContext context) {
    return with(role, name, context, Resources.NONE);
  }

  /** With a container that has resources. */
  public Subjects with(Role role, String name, Resources resources) {
    return with(role, name, SecurityContext.NONE, resources);
  }

  private Subjects with(Role role, String name, SecurityContext context, Resources own) {
    return add(role, name, "registry.example.com/shop/" + name + ":1.0", context, own);
  }

  private Subjects add(
      Role role, String name, String image, SecurityContext context, Resources own) {
    String list =
        switch (role) {
          case INIT, SIDECAR -> "initContainers";
          case MAIN -> "containers";
          case EPHEMERAL -> "ephemeralContainers";
          case IMAGE_VOLUME -> "volumes";
        };
    String prefix = field + "." + list + "[";
    long index = containers.stream().filter(other -> other.field().startsWith(prefix)).count();
    containers.add(
        new Container(name, role, prefix + index + "]", image, context, own, List.of(), List.of()));
    return this;
  }

  /** The pod's shape. */
  public PodShape shape() {
    return new PodShape(
        labels, field, containers, security, resources, hostNetwork, hostUsers, windows);
  }

  /** The subject. */
  public Subject build() {
    return new Subject(
        new ObjectName(group, kind, "shop", "web"),
        owner,
        before.isPresent() ? Operation.UPDATE : Operation.CREATE,
        new Requester("jane", List.of("developers")),
        shape(),
        before,
        false);
  }

  /** A security context that says {@code runAsNonRoot}. */
  public static SecurityContext nonRoot(boolean nonRoot) {
    return new SecurityContext(Optional.of(nonRoot), Optional.empty(), Optional.empty(), Set.of());
  }

  /** A security context that says {@code runAsUser}. */
  public static SecurityContext user(long uid) {
    return new SecurityContext(Optional.empty(), Optional.of(uid), Optional.empty(), Set.of());
  }

  /** A security context that says both. */
  public static SecurityContext nonRootUser(boolean nonRoot, long uid) {
    return new SecurityContext(Optional.of(nonRoot), Optional.of(uid), Optional.empty(), Set.of());
  }

  /** Resources, each as {@code requests.cpu=100m}. */
  public static Resources resources(String... entries) {
    Map<String, Map<String, Quantity>> sides = new LinkedHashMap<>();
    for (String entry : entries) {
      int dot = entry.indexOf('.');
      int equals = entry.indexOf('=');
      sides
          .computeIfAbsent(entry.substring(0, dot), side -> new LinkedHashMap<>())
          .put(entry.substring(dot + 1, equals), Quantity.parse(entry.substring(equals + 1)));
    }
    return new Resources(
        sides.getOrDefault("requests", Map.of()), sides.getOrDefault("limits", Map.of()));
  }

  /** Quantities by key, each as {@code limits.memory=8Gi}. */
  public static Map<String, Quantity> quantities(String... entries) {
    return List.of(entries).stream()
        .collect(
            Collectors.toMap(
                entry -> entry.substring(0, entry.indexOf('=')),
                entry -> Quantity.parse(entry.substring(entry.indexOf('=') + 1))));
  }
}
