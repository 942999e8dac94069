package dev.tidegate.testkit;

import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.testkit.HarborState.Held;
import dev.tidegate.testkit.HarborState.Scan;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * A Harbor on loopback: registry, token service and API (v2.0) over one state. What happens in it
 * makes callbacks as Harbor makes them, in both payload formats; they wait here until a test takes
 * and delivers, drops, repeats or reorders them. It speaks what was captured from Harbor 2.15.2.
 */
public final class HarborDouble implements AutoCloseable {
  private final RegistryDouble registry;
  private final InstantSource clock;
  private final HarborState state = new HarborState();
  private final HarborTexts texts;
  private final HarborAccounts accounts;
  private final HarborWeb web;
  private final List<Told> waiting = new ArrayList<>();
  private final Set<String> preventing = new HashSet<>();
  private int scansAsked;

  /** What a scanner found. */
  public record Finding(
      String id, String component, String installed, String fixed, String severity) {
    /** One in OpenSSL 1.0; {@code fixed} is empty when there is no fix. */
    public static Finding of(String id, String severity, String fixed) {
      return new Finding(id, "openssl", "1.0", fixed, severity);
    }
  }

  /** The format of a callback. */
  public enum Format {
    DEFAULT,
    CLOUDEVENTS
  }

  /**
   * Something that Harbor tells.
   *
   * @param type Harbor's word, {@code PUSH_ARTIFACT}
   * @param bodies one for each format
   */
  public record Told(String type, Map<Format, String> bodies) {
    public Told {
      bodies = Map.copyOf(bodies);
    }

    /** The body in {@code format}. */
    public byte[] body(Format format) {
      return Objects.requireNonNull(bodies.get(format))
          .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private HarborDouble(RegistryDouble registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    this.texts = new HarborTexts(state, registry.name());
    this.accounts = new HarborAccounts(clock);
    this.web = new HarborWeb(this, state, texts, registry, accounts);
    registry.instead(asked -> true, web::answer);
  }

  /** A Harbor whose times are those of {@code clock}. */
  public static HarborDouble start(InstantSource clock) {
    return new HarborDouble(RegistryDouble.start(), clock);
  }

  /** The same with TLS. */
  public static HarborDouble start(InstantSource clock, SSLContext tls) {
    return new HarborDouble(RegistryDouble.start(tls), clock);
  }

  /** Its registry, for what it was asked and for special answers ({@code instead}). */
  public RegistryDouble registry() {
    return registry;
  }

  /** Its users, robots and webhook policies. */
  public HarborAccounts accounts() {
    return accounts;
  }

  /** How references name it. */
  public String name() {
    return registry.name();
  }

  /** It as a configured host; {@code secrets} is the file with the secrets of its callbacks. */
  public Host host(Optional<Path> secrets) {
    Host plain = registry.host();
    return new Host(
        plain.name(),
        plain.endpoint(),
        plain.tls(),
        plain.credentials(),
        plain.tokenRealms(),
        plain.redirects(),
        secrets,
        16,
        10_000);
  }

  /** Everybody must log in: {@code Basic} for the API, tokens for the registry. */
  public HarborDouble closedTo(String user, String password) {
    web.closedTo(user, password);
    return this;
  }

  /** A project without anything in it. */
  public synchronized HarborDouble project(String name) {
    state.project(name);
    return this;
  }

  /** The tokens that were given so far open the registry no more; new ones do. */
  public void tokensEnd() {
    web.tokensEnd();
  }

  /** Pushes an image by a tag; two with the same content are the same. */
  public synchronized PinnedImage push(String repository, String tag, String content) {
    PinnedImage image = registry.image(repository, tag, "1000", content);
    Held held = state.put(repository, image.digest(), now());
    state.tag(held, tag, now());
    pushed(held, tag);
    return image;
  }

  /** A project that passes on what another registry has, and keeps what was pulled. */
  public synchronized HarborDouble proxyCache(String project) {
    state.proxy(project);
    return this;
  }

  /** An image that a proxy cache could get; it comes there when it is {@link #pulled}. */
  public synchronized PinnedImage upstream(String repository, String tag, String content) {
    return registry.image(repository, tag, "1000", content);
  }

  /** Somebody has pulled the image through its proxy cache, which no callback tells of. */
  public synchronized void pulled(PinnedImage image, String tag) {
    state.tag(state.put(image.in().path(), image.digest(), now()), tag, now());
  }

  /** A cache is cleaned: the image is there no more, though its registry passes it on as before. */
  public synchronized void dropped(PinnedImage image) {
    state.remove(held(image));
  }

  /** Pushes an index of images, by architecture; {@code unknown} is a build attestation. */
  public synchronized PinnedImage pushIndex(
      String repository, String tag, Map<String, String> contents) {
    Map<String, PinnedImage> children = new LinkedHashMap<>();
    contents.forEach((architecture, content) -> {
      PinnedImage child = registry.image(repository, "passing", "1000", content);
      registry.untag(repository, "passing");
      children.put(architecture, child);
      pushed(state.put(repository, child.digest(), now()), child.digest().toString());
    });
    PinnedImage index = registry.index(repository, tag, children);
    Held held = state.put(repository, index.digest(), now());
    children.forEach((architecture, child) -> held.children.put(architecture, child.digest()));
    state.tag(held, tag, now());
    pushed(held, tag);
    return index;
  }

  /** Pushes what is there already by another tag, or lets a tag point at it again. */
  public synchronized void retag(PinnedImage image, String tag) {
    tagSilently(image, tag);
    pushed(held(image), tag);
  }

  /** Adds a tag through the API, which no callback tells of. */
  public synchronized void tagSilently(PinnedImage image, String tag) {
    registry.tag(image.in().path(), tag, image.digest());
    state.tag(held(image), tag, now());
    state.log("create", image.in().path() + ":" + tag, now());
  }

  /** Removes a tag through the API, which no callback tells of. */
  public synchronized void untagSilently(PinnedImage image, String tag) {
    registry.untag(image.in().path(), tag);
    held(image).tags.remove(tag);
    state.log("delete", image.in().path() + ":" + tag, now());
  }

  /** Deletes an image and its accessories; untagged parts of an index go without a callback. */
  public synchronized void delete(PinnedImage image) {
    Held held = held(image);
    for (Held accessory : state.accessories(held)) {
      deleted(accessory);
    }
    deleted(held);
    for (Digest part : held.children.values()) {
      state
          .find(held.repository, part.toString())
          .filter(child -> child.tags.isEmpty())
          .ifPresent(child -> {
            registry.delete(child.repository, child.digest);
            state.remove(child);
          });
    }
  }

  private void deleted(Held held) {
    registry.delete(held.repository, held.digest);
    state.remove(held);
    String tag =
        held.tags.isEmpty() ? held.digest.toString() : held.tags.keySet().iterator().next();
    state.log("delete", held.repository + ":" + tag, now());
    waiting.add(texts.artifact("DELETE_ARTIFACT", "harbor.artifact.deleted", held, tag, now()));
  }

  /** Signs in the older format: a tag beside the image. */
  public synchronized Digest sign(PinnedImage image, CosignSigner signer) {
    Digest digest = registry.signature(image, signer);
    String tag = "sha256-" + image.digest().hex() + ".sig";
    Held held = state.put(image.in().path(), digest, now());
    held.subject = image.digest();
    held.accessory = "signature.cosign";
    state.tag(held, tag, now());
    pushed(held, tag);
    return digest;
  }

  /** Pushes a Sigstore bundle that refers to the image. */
  public synchronized Digest bundle(PinnedImage image, byte[] json) {
    Digest digest = registry.bundle(image, json);
    Held held = state.put(image.in().path(), digest, now());
    held.subject = image.digest();
    held.accessory = "signature.cosign";
    pushed(held, digest.toString());
    return digest;
  }

  /** Deletes what refers to an image. */
  public synchronized void unsign(PinnedImage image, Digest accessory) {
    deleted(state.find(image.in().path(), accessory.toString()).orElseThrow());
  }

  private void pushed(Held held, String tag) {
    state.log("create", held.repository + ":" + tag, now());
    waiting.add(texts.artifact("PUSH_ARTIFACT", "harbor.artifact.pushed", held, tag, now()));
  }

  /** A scan begins, which withdraws the report of the one before. No callback tells of it. */
  public synchronized void scanBegins(PinnedImage image) {
    state.scan(image.digest(), new Scan("Running", List.of(), now(), Instant.EPOCH));
  }

  /** A scan ends with {@code findings}. */
  public synchronized void scanned(PinnedImage image, Finding... findings) {
    ends(image, "Success", "SCANNING_COMPLETED", "harbor.scan.completed", List.of(findings));
  }

  /** A scan ends without a result. */
  public synchronized void scanFailed(PinnedImage image) {
    ends(image, "Error", "SCANNING_FAILED", "harbor.scan.failed", List.of());
  }

  /** Somebody stops a scan. */
  public synchronized void scanStopped(PinnedImage image) {
    ends(image, "Stopped", "SCANNING_STOPPED", "harbor.scan.stopped", List.of());
  }

  private void ends(
      PinnedImage image, String status, String type, String event, List<Finding> findings) {
    Held held = held(image);
    state.scan(image.digest(), new Scan(status, findings, now(), now()));
    waiting.add(texts.scan(type, event, held, now()));
  }

  /** The scanner of the image's project cannot scan it. */
  public synchronized void unscannable(PinnedImage image) {
    held(image).scannable = false;
  }

  /** Whether pulls of what is too bad, or not scanned, are refused with 412 in {@code project}. */
  public synchronized void prevents(String project, boolean prevents) {
    if (prevents) {
      preventing.add(project);
    } else {
      preventing.remove(project);
    }
  }

  synchronized boolean refusesPull(String repository, String reference) {
    Optional<Held> held = state.find(repository, reference);
    return preventing.contains(repository.substring(0, repository.indexOf('/')))
        && held.filter(one -> one.subject == null && !one.index())
            .map(one -> state.scan(one.digest))
            .filter(scan ->
                scan.isEmpty()
                    || !scan.get().status().equals("Success")
                    || scan.get().findings().stream()
                        .anyMatch(one -> Set.of("Critical", "High").contains(one.severity())))
            .isPresent();
  }

  /** A scan was asked for; whether none is under way. */
  synchronized boolean asked(Held held) {
    scansAsked++;
    if (state.scan(held.digest).filter(scan -> !scan.over()).isPresent()) {
      return false;
    }
    state.scan(held.digest, new Scan("Pending", List.of(), now(), Instant.EPOCH));
    return true;
  }

  /** The parts of an index. */
  public synchronized List<PinnedImage> parts(PinnedImage index) {
    return held(index).children.values().stream()
        .map(digest -> new PinnedImage(index.in(), digest))
        .toList();
  }

  /** Whether the last scan succeeded. */
  public synchronized boolean isScanned(PinnedImage image) {
    return state.scan(image.digest()).filter(scan -> scan.status().equals("Success")).isPresent();
  }

  /** What the last scan has found. */
  public synchronized List<Finding> findings(PinnedImage image) {
    return state.scan(image.digest()).map(Scan::findings).orElse(List.of());
  }

  /** How often scans were asked for. */
  public synchronized int scansAsked() {
    return scansAsked;
  }

  /** Takes the callbacks that wait, in the order in which things happened. */
  public synchronized List<Told> callbacks() {
    List<Told> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** From now on every question is answered with {@code status}, such as 500 or 429. */
  public void fails(int status) {
    web.mood(answer -> RegistryDouble.status(status, "{\"errors\":[{\"code\":\"INTERNAL\"}]}"));
  }

  /** From now on no question is answered, until {@link #behaves}. */
  public void stalls() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    web.stalled(end);
  }

  /** From now on questions are answered, those that wait as well. */
  public void behaves() {
    web.mood(UnaryOperator.identity());
  }

  private Held held(PinnedImage image) {
    return state.find(image.in().path(), image.digest().toString()).orElseThrow();
  }

  /** What happens takes whole milliseconds, as in Harbor's times. */
  private Instant now() {
    return Instant.ofEpochMilli(clock.instant().toEpochMilli());
  }

  @Override
  public void close() {
    behaves();
    registry.close();
  }
}
