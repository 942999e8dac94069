package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Direction;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.NetworkRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads NetworkPolicies (networking.k8s.io/v1) for informers and command line alike. */
public final class NetworkPolicyReader {
  /** Entries of a list or map; a policy that etcd takes can have some ten thousand. */
  private static final int MOST = 100_000;

  private static final long LAST_PORT = 65535;

  private LabelSelector pods = LabelSelector.EVERYTHING;
  private Set<Direction> written = Set.of();
  private List<NetworkRule> ingress = List.of();
  private List<NetworkRule> egress = List.of();

  private NetworkPolicyReader() {}

  /**
   * Reads one NetworkPolicy.
   *
   * @throws BadDocument if it is malformed
   */
  public static NetworkPolicy read(JsonNode node) throws BadDocument {
    try (JsonParser parser = node.traverse(Json.MAPPER)) {
      parser.nextToken();
      return new NetworkPolicyReader().read(Cursor.at(parser));
    } catch (IOException bad) {
      throw Json.bad(bad);
    }
  }

  private NetworkPolicy read(Cursor at) throws IOException, BadDocument {
    String name = "";
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "metadata" -> name = MetaReader.read(at).name();
        case "spec" -> spec(at);
        default -> at.skip();
      }
    }
    return new NetworkPolicy(name, pods, directions(), ingress, egress);
  }

  private void spec(Cursor at) throws IOException, BadDocument {
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "podSelector" -> pods = selector(at).orElse(LabelSelector.EVERYTHING);
          case "policyTypes" -> written = types(at);
          case "ingress" -> ingress = rules(at, "from");
          case "egress" -> egress = rules(at, "to");
          default -> at.skip();
        }
      }
    }
  }

  /** As the API server defaults them: Ingress always, Egress when there are egress rules. */
  private Set<Direction> directions() {
    if (!written.isEmpty()) {
      return written;
    }
    return egress.isEmpty()
        ? Set.of(Direction.INGRESS)
        : Set.of(Direction.INGRESS, Direction.EGRESS);
  }

  private static Set<Direction> types(Cursor at) throws IOException, BadDocument {
    Set<Direction> types = EnumSet.noneOf(Direction.class);
    if (at.list()) {
      while (at.element()) {
        types.add(
            switch (at.text()) {
              case "Ingress" -> Direction.INGRESS;
              case "Egress" -> Direction.EGRESS;
              default -> throw at.wrong("Ingress or Egress");
            });
      }
    }
    return types;
  }

  private static List<NetworkRule> rules(Cursor at, String side) throws IOException, BadDocument {
    List<NetworkRule> rules = new ArrayList<>();
    if (at.list()) {
      while (at.element()) {
        rules.add(rule(at, side));
        bound(at, rules);
      }
    }
    return rules;
  }

  /** One rule; an empty one allows everything, and so does null, which YAML makes of "- ". */
  private static NetworkRule rule(Cursor at, String side) throws IOException, BadDocument {
    List<NetworkRule.Peer> peers = new ArrayList<>();
    List<NetworkRule.Ports> ports = new ArrayList<>();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        if (field.equals(side) && at.list()) {
          while (at.element()) {
            peers.add(peer(at));
            bound(at, peers);
          }
        } else if (field.equals("ports") && at.list()) {
          while (at.element()) {
            ports.add(ports(at));
            bound(at, ports);
          }
        } else {
          at.skip();
        }
      }
    }
    return new NetworkRule(peers, ports);
  }

  private static NetworkRule.Peer peer(Cursor at) throws IOException, BadDocument {
    Optional<NetworkRule.Addresses> addresses = Optional.empty();
    Optional<LabelSelector> pods = Optional.empty();
    Optional<LabelSelector> namespaces = Optional.empty();
    String path = at.path();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "ipBlock" -> addresses = addresses(at);
          case "podSelector" -> pods = selector(at);
          case "namespaceSelector" -> namespaces = selector(at);
          default -> at.skip();
        }
      }
    }
    if (addresses.isPresent()) {
      return addresses.get();
    }
    if (pods.isEmpty() && namespaces.isEmpty()) {
      throw BadDocument.malformed(
          path, "names nobody; give ipBlock, podSelector or namespaceSelector");
    }
    return new NetworkRule.Pods(pods, namespaces);
  }

  private static Optional<NetworkRule.Addresses> addresses(Cursor at)
      throws IOException, BadDocument {
    if (!at.object()) {
      return Optional.empty();
    }
    String cidr = "";
    List<String> except = List.of();
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "cidr" -> cidr = at.text();
        case "except" -> except = at.texts();
        default -> at.skip();
      }
    }
    return Optional.of(new NetworkRule.Addresses(cidr, except));
  }

  private static NetworkRule.Ports ports(Cursor at) throws IOException, BadDocument {
    String protocol = "TCP";
    Optional<String> port = Optional.empty();
    Optional<Integer> endPort = Optional.empty();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "protocol" -> protocol = at.isNull() ? "TCP" : at.text();
          case "port" -> port = at.numberOrText();
          case "endPort" -> endPort = endPort(at);
          default -> at.skip();
        }
      }
    }
    return new NetworkRule.Ports(protocol, port, endPort);
  }

  private static Optional<Integer> endPort(Cursor at) throws IOException, BadDocument {
    Optional<Long> port = at.whole();
    if (port.isPresent() && (port.get() < 1 || port.get() > LAST_PORT)) {
      throw at.wrong("a port number from 1 to " + LAST_PORT);
    }
    return port.map(Long::intValue);
  }

  private static Optional<LabelSelector> selector(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return Optional.empty();
    }
    String path = at.path();
    Map<String, String> labels = Map.of();
    List<LabelSelector.Requirement> requirements = new ArrayList<>();
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "matchLabels" -> labels = at.texts(MOST);
        case "matchExpressions" -> {
          if (at.list()) {
            while (at.element()) {
              requirements.add(requirement(at));
              bound(at, requirements);
            }
          }
        }
        default -> at.skip();
      }
    }
    try {
      return Optional.of(new LabelSelector(labels, requirements));
    } catch (BadValue bad) {
      throw BadDocument.malformed(path + ".matchLabels", String.valueOf(bad.getMessage()));
    }
  }

  private static LabelSelector.Requirement requirement(Cursor at) throws IOException, BadDocument {
    String path = at.path();
    String key = "";
    String operator = "";
    List<String> values = List.of();
    if (at.object()) {
      for (String field = at.next(); field != null; field = at.next()) {
        switch (field) {
          case "key" -> key = at.text();
          case "operator" -> operator = at.text();
          case "values" -> values = at.texts();
          default -> at.skip();
        }
      }
    }
    try {
      return new LabelSelector.Requirement(
          key, LabelSelector.Operator.parse(operator), new LinkedHashSet<>(values));
    } catch (BadValue bad) {
      throw BadDocument.malformed(path, String.valueOf(bad.getMessage()));
    }
  }

  private static void bound(Cursor at, List<?> list) throws BadDocument {
    if (list.size() > MOST) {
      throw at.tooMany(MOST, "entries");
    }
  }
}
