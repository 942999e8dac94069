package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** A webhook policy of a project as Harbor tells of it. */
public final class Webhook {
  /** What callbacks the gate makes something of; each further one would cost Harbor for nothing. */
  public static final List<String> EVENTS =
      List.of(
          "DELETE_ARTIFACT",
          "PUSH_ARTIFACT",
          "REPLICATION",
          "SCANNING_COMPLETED",
          "SCANNING_FAILED",
          "SCANNING_STOPPED",
          "TAG_RETENTION");

  private final ObjectNode json;

  private Webhook(ObjectNode json) {
    this.json = json;
  }

  /**
   * What a policy should be.
   *
   * @param name of the policy, by which it is found again
   * @param address where callbacks go
   * @param secret what they carry as Authorization
   * @param verified whether Harbor verifies the certificate there
   */
  public record Wanted(String name, URI address, String secret, boolean verified) {
    public Wanted {
      Objects.requireNonNull(name);
      Objects.requireNonNull(address);
      Objects.requireNonNull(secret);
    }

    @Override
    public String toString() {
      return name + " to " + address; // never the secret
    }
  }

  /**
   * The policy in {@code json}.
   *
   * @throws BadValue if it is none
   */
  static Webhook of(JsonNode json) {
    if (!(json instanceof ObjectNode object) || !json.path("id").canConvertToLong()) {
      throw new BadValue(
          "a webhook policy has no id", "compare it with Harbor's own page; report what differs");
    }
    return new Webhook(object);
  }

  long id() {
    return json.path("id").asLong();
  }

  /** Its name. */
  public String name() {
    return json.path("name").asText();
  }

  /** Whether one of its targets is {@code address}. */
  public boolean goesTo(URI address) {
    for (JsonNode target : json.path("targets")) {
      if (target.path("address").asText().equals(address.toString())) {
        return true;
      }
    }
    return false;
  }

  /**
   * In which ways it is not what it should be, for people; empty when it is.
   *
   * @param offered the events that this Harbor knows
   */
  public List<String> differences(Wanted wanted, Set<String> offered) {
    List<String> all = new ArrayList<>();
    if (!json.path("enabled").asBoolean()) {
      all.add("it is switched off");
    }
    SortedSet<String> missing = events(offered);
    json.path("event_types").forEach(event -> missing.remove(event.asText()));
    if (!missing.isEmpty()) {
      all.add("it does not tell of " + String.join(", ", missing));
    }
    JsonNode target = json.path("targets").path(0);
    if (json.path("targets").size() != 1) {
      all.add("it has " + json.path("targets").size() + " targets");
    }
    if (!target.path("type").asText().equals("http")) {
      all.add("it sends by " + PlainText.of(target.path("type").asText("nothing"), 40));
    }
    String address = target.path("address").asText();
    if (!address.equals(wanted.address().toString())) {
      all.add("it sends to " + (address.isEmpty() ? "nowhere" : PlainText.of(address, 200)));
    }
    if (!target.path("auth_header").asText().equals(wanted.secret())) {
      all.add("it sends another secret");
    }
    if (target.path("skip_cert_verify").asBoolean() == wanted.verified()) {
      all.add(
          wanted.verified()
              ? "it does not verify the certificate"
              : "it verifies the certificate, which it was not to");
    }
    return all;
  }

  /** What to send to Harbor so that it becomes what it should be. Events beyond those stay. */
  ObjectNode changed(Wanted wanted, Set<String> offered) {
    ObjectNode changed = json.deepCopy();
    SortedSet<String> events = events(offered);
    json.path("event_types").forEach(event -> events.add(event.asText()));
    return fill(changed, wanted, events);
  }

  /** What to send to Harbor for a new one. */
  static ObjectNode fresh(Wanted wanted, Set<String> offered) {
    ObjectNode fresh = StrictJson.MAPPER.createObjectNode();
    fresh
        .put("name", wanted.name())
        .put("description", "Tells Tidegate that something may have changed");
    return fill(fresh, wanted, events(offered));
  }

  private static ObjectNode fill(ObjectNode policy, Wanted wanted, SortedSet<String> events) {
    policy.put("enabled", true);
    ArrayNode types = policy.putArray("event_types");
    events.forEach(types::add);
    // Without payload_format, which came with 2.8: the form that every version has.
    policy
        .putArray("targets")
        .addObject()
        .put("type", "http")
        .put("address", wanted.address().toString())
        .put("auth_header", wanted.secret())
        .put("skip_cert_verify", !wanted.verified());
    return policy;
  }

  private static SortedSet<String> events(Set<String> offered) {
    SortedSet<String> events = new TreeSet<>(EVENTS);
    events.retainAll(offered);
    return events;
  }
}
