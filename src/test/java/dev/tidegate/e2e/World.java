package dev.tidegate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The control plane and the installed gate, started once for all tests that want them as a
 * parameter, and ended after the last.
 */
final class World {
  final ControlPlane plane;
  final Installation installation;

  private World(ControlPlane plane, Installation installation) {
    this.plane = plane;
    this.installation = installation;
  }

  /** Gives tests the one world of the run. */
  static final class Provider implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Started started =
          context
              .getRoot()
              .getStore(ExtensionContext.Namespace.GLOBAL)
              .computeIfAbsent(Started.class, none -> Started.now(), Started.class);
      return started.world();
    }
  }

  /** What came of starting: a failure is told to every test, not tried again by each. */
  private record Started(@Nullable World orNot, @Nullable Throwable failure)
      implements AutoCloseable {
    static Started now() {
      try {
        return new Started(World.start(), null);
      } catch (IllegalStateException failed) {
        return new Started(null, failed);
      }
    }

    World world() {
      if (orNot == null) {
        throw new IllegalStateException("there is no world for this test", failure);
      }
      return orNot;
    }

    @Override
    public void close() throws IOException {
      if (orNot != null) {
        orNot.close();
      }
    }
  }

  private static World start() {
    ControlPlane plane = null;
    try {
      plane = ControlPlane.start();
      World world = new World(plane, Installation.on(plane, 1));
      world.reset();
      return world;
    } catch (IOException | RuntimeException | AssertionError failed) {
      if (plane != null) {
        plane.close();
      }
      throw new IllegalStateException("the gate could not be installed", failed);
    }
  }

  /** Policies and switch as tests expect them. */
  void reset() throws IOException {
    installation.policies(resource("policies.yaml"));
    installation.turn("enforce");
    if (!plane.kubectl("get", "namespace", "probe").out().contains("probe")) {
      namespace("probe", "enforce");
    }
    Awaitility.await("the policies are in force")
        .atMost(Duration.ofSeconds(30))
        .until(() -> refused(create("probe", Pods.root("probe"), "--dry-run=server")));
  }

  private static boolean refused(Shell.Result result) {
    return result.exit() != 0 && result.err().contains("denied the request");
  }

  /** A resource beside this class. */
  static String resource(String name) {
    try (InputStream in = World.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * The usual policies, and one for namespaces of {@code mode} by which images of {@code registry}
   * have to be signed.
   *
   * @param signers as a list in YAML on one line: {@code [{name: …, key: …}]}
   */
  static String signed(String mode, String registry, String signers) {
    return resource("policies.yaml")
        + """
        ---
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: %1$s}
        spec:
          mode: enforce
          scope: {namespaces: {matchLabels: {mode: %1$s}}}
          checks:
            imageReference: {registries: ["%2$s"], requireDigest: pin}
            imageSignature:
              rules:
              - images: ["%2$s/**"]
                signers: %3$s
        """
            .formatted(mode, registry, signers);
  }

  /** The events in {@code namespace}, a line each. */
  String events(String namespace) {
    return plane
        .kubectl("get", "events", "-n", namespace, "-o", "custom-columns=R:.reason,M:.message")
        .out();
  }

  /** Makes a namespace for policies of {@code mode}, where pods with app=web are isolated. */
  void namespace(String name, String mode) {
    plane.kubectlWith(Pods.namespace(name, mode), "create", "-f", "-").orFail();
    plane.kubectlWith(Pods.isolation(name), "create", "-f", "-").orFail();
    if (plane.hasControllers()) {
      Awaitility.await("the default service account of " + name)
          .atMost(Duration.ofSeconds(30))
          .until(() -> plane.kubectl("get", "serviceaccount", "default", "-n", name).exit() == 0);
    }
  }

  /** Creates what {@code manifest} says. */
  Shell.Result create(String namespace, String manifest, String... more) {
    String[] arguments = new String[more.length + 5];
    arguments[0] = "create";
    arguments[1] = "-n";
    arguments[2] = namespace;
    arguments[3] = "-f";
    arguments[4] = "-";
    System.arraycopy(more, 0, arguments, 5, more.length);
    return plane.kubectlWith(manifest, arguments);
  }

  private void close() throws IOException {
    try {
      installation.close();
    } finally {
      plane.close();
    }
  }
}
