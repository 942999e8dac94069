package dev.tidegate.workload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Direction;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.NetworkRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads NetworkPolicies (networking.k8s.io/v1) for informers and command line alike. */
public final class NetworkPolicyReader {
  private NetworkPolicyReader() {}

  /**
   * Reads one NetworkPolicy.
   *
   * @throws BadDocument if it is malformed
   */
  public static NetworkPolicy read(JsonNode node) throws BadDocument {
    Document document;
    try {
      document = Json.MAPPER.treeToValue(node, Document.class);
    } catch (JsonProcessingException bad) {
      throw Json.bad(bad);
    }
    Spec spec = document.spec() == null ? new Spec(null, null, null, null) : document.spec();
    List<NetworkRule> ingress = rules(spec.ingress(), "spec.ingress");
    List<NetworkRule> egress = rules(spec.egress(), "spec.egress");
    return new NetworkPolicy(
        document.metadata() == null ? "" : Shapes.text(document.metadata().name()),
        selector(spec.podSelector(), "spec.podSelector"),
        directions(spec.policyTypes(), egress),
        ingress,
        egress);
  }

  /** As the API server defaults them: Ingress always, Egress when there are egress rules. */
  private static Set<Direction> directions(@Nullable List<String> types, List<NetworkRule> egress)
      throws BadDocument {
    if (types == null || types.isEmpty()) {
      return egress.isEmpty()
          ? Set.of(Direction.INGRESS)
          : Set.of(Direction.INGRESS, Direction.EGRESS);
    }
    Set<Direction> directions = new HashSet<>();
    for (String type : types) {
      switch (type) {
        case "Ingress" -> directions.add(Direction.INGRESS);
        case "Egress" -> directions.add(Direction.EGRESS);
        default ->
            throw BadDocument.malformed(
                "spec.policyTypes", "has an entry that is neither Ingress nor Egress");
      }
    }
    return directions;
  }

  private static List<NetworkRule> rules(@Nullable List<@Nullable Rule> wire, String field)
      throws BadDocument {
    List<NetworkRule> rules = new ArrayList<>();
    if (wire != null) {
      for (Rule rule : wire) {
        // An empty entry allows everything; so does null, which YAML makes of "- ".
        rules.add(rule == null ? new NetworkRule(List.of(), List.of()) : rule(rule, field));
      }
    }
    return rules;
  }

  private static NetworkRule rule(Rule rule, String field) throws BadDocument {
    List<NetworkRule.Peer> peers = new ArrayList<>();
    for (List<@Nullable Peer> side : sides(rule)) {
      for (Peer peer : side) {
        peers.add(peer(peer, field));
      }
    }
    List<NetworkRule.Ports> ports = new ArrayList<>();
    if (rule.ports() != null) {
      for (Port port : rule.ports()) {
        ports.add(
            port == null
                ? new NetworkRule.Ports("TCP", Optional.empty(), Optional.empty())
                : new NetworkRule.Ports(
                    port.protocol() == null ? "TCP" : port.protocol(),
                    Optional.ofNullable(port.port())
                        .filter(value -> !value.isNull())
                        .map(JsonNode::asText),
                    Optional.ofNullable(port.endPort())));
      }
    }
    return new NetworkRule(peers, ports);
  }

  private static List<List<@Nullable Peer>> sides(Rule rule) {
    List<List<@Nullable Peer>> sides = new ArrayList<>();
    if (rule.from() != null) {
      sides.add(rule.from());
    }
    if (rule.to() != null) {
      sides.add(rule.to());
    }
    return sides;
  }

  private static NetworkRule.Peer peer(@Nullable Peer peer, String field) throws BadDocument {
    if (peer == null) {
      throw BadDocument.malformed(field, "has an empty peer");
    }
    if (peer.ipBlock() != null) {
      List<String> except = peer.ipBlock().except();
      return new NetworkRule.Addresses(
          Shapes.text(peer.ipBlock().cidr()), except == null ? List.of() : except);
    }
    return new NetworkRule.Pods(
        peer.podSelector() == null
            ? Optional.empty()
            : Optional.of(selector(peer.podSelector(), field)),
        peer.namespaceSelector() == null
            ? Optional.empty()
            : Optional.of(selector(peer.namespaceSelector(), field)));
  }

  private static LabelSelector selector(@Nullable Selector wire, String field) throws BadDocument {
    if (wire == null) {
      return LabelSelector.EVERYTHING;
    }
    Map<String, String> labels = new HashMap<>();
    if (wire.matchLabels() != null) {
      wire.matchLabels().forEach((key, value) -> labels.put(key, Shapes.text(value)));
    }
    List<LabelSelector.Requirement> requirements = new ArrayList<>();
    if (wire.matchExpressions() != null) {
      for (Expression expression : wire.matchExpressions()) {
        try {
          List<@Nullable String> values = expression.values();
          requirements.add(
              new LabelSelector.Requirement(
                  Shapes.text(expression.key()),
                  LabelSelector.Operator.parse(Shapes.text(expression.operator())),
                  values == null ? Set.of() : texts(values)));
        } catch (BadValue bad) {
          throw BadDocument.malformed(
              field + ".matchExpressions", String.valueOf(bad.getMessage()));
        }
      }
    }
    try {
      return new LabelSelector(labels, requirements);
    } catch (BadValue bad) {
      throw BadDocument.malformed(field + ".matchLabels", String.valueOf(bad.getMessage()));
    }
  }

  /** A null in a list of texts is the empty text, as in Go. */
  private static Set<String> texts(List<@Nullable String> values) {
    Set<String> texts = new LinkedHashSet<>();
    values.forEach(value -> texts.add(Shapes.text(value)));
    return texts;
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Document(Wire.@Nullable Meta metadata, @Nullable Spec spec) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Spec(
      @Nullable Selector podSelector,
      @Nullable List<String> policyTypes,
      @Nullable List<@Nullable Rule> ingress,
      @Nullable List<@Nullable Rule> egress) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Rule(
      @Nullable List<@Nullable Peer> from,
      @Nullable List<@Nullable Peer> to,
      @Nullable List<@Nullable Port> ports) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Peer(
      @Nullable Selector podSelector,
      @Nullable Selector namespaceSelector,
      @Nullable Block ipBlock) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Block(@Nullable String cidr, @Nullable List<String> except) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Port(@Nullable String protocol, @Nullable JsonNode port, @Nullable Integer endPort) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Selector(
      @Nullable Map<String, @Nullable String> matchLabels,
      @Nullable List<Expression> matchExpressions) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Expression(
      @Nullable String key, @Nullable String operator, @Nullable List<@Nullable String> values) {}
}
