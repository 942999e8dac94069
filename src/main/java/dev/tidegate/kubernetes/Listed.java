package dev.tidegate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.NetworkPolicyReader;
import java.util.ArrayList;
import java.util.List;

/** A NetworkPolicy as the API server gave it: read, or not understood and then named. */
sealed interface Listed {
  /** It was read. */
  record Policy(NetworkPolicy policy) implements Listed {}

  /** It says something that the gate does not understand, so it may isolate any pod. */
  record Unread(String name) implements Listed {}

  /** Reads a document. */
  static Listed of(JsonNode document) {
    try {
      return new Policy(NetworkPolicyReader.read(document));
    } catch (BadDocument | IllegalArgumentException bad) {
      String name = document.path("metadata").path("name").asText("?");
      return new Unread("NetworkPolicy " + name + " (" + bad.getMessage() + ")");
    }
  }

  /** The answer that {@code listed} make together. */
  static NetworkPolicies together(List<Listed> listed) {
    List<NetworkPolicy> policies = new ArrayList<>(listed.size());
    List<String> unread = new ArrayList<>();
    for (Listed one : listed) {
      switch (one) {
        case Policy(NetworkPolicy policy) -> policies.add(policy);
        case Unread(String name) -> unread.add(name);
      }
    }
    return new NetworkPolicies(policies, unread);
  }
}
