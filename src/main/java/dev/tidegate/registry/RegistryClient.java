package dev.tidegate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from registries (OCI distribution specification 1.1). Content that was asked for by digest
 * hashes to it, or is trouble; what headers say about digests is a claim and never more.
 */
final class RegistryClient {
  /** Longest manifest or index, as the specification has it. */
  static final int LONGEST_MANIFEST = 4 << 20;

  /** Most pages of referrers that are followed. */
  static final int MOST_PAGES = 10;

  /** Most referrers of one image. */
  static final int MOST_REFERRERS = 200;

  private static final Pattern NEXT = Pattern.compile("<([^<>]*)>\\s*;\\s*rel=\"?next\"?\\s*");

  /** The last segment of a page's path; no dots and no percent signs, which lead elsewhere. */
  private static final Pattern PAGE = Pattern.compile("[A-Za-z0-9]+(:[A-Za-z0-9]+)?");

  private final Hosts hosts;
  private final Exchanges exchanges;

  RegistryClient(Hosts hosts, Exchanges exchanges) {
    this.hosts = hosts;
    this.exchanges = exchanges;
  }

  /** Content and the media type of the response. */
  record Content(Bytes raw, String mediaType) {}

  /** By which way {@code repository} is asked. */
  String access(Repository repository) {
    Repository at = hosts.location(repository);
    return hosts
        .find(at.registry())
        .map(host -> host.endpoint() + " " + at.path() + " as " + host.identity())
        .orElse("");
  }

  private Host host(Repository at, String what) throws Trouble {
    return hosts.demand(at.registry(), what);
  }

  private Request request(Repository at, String target, int most, String what) {
    return Request.get("/v2/" + at.path() + target, most, what)
        .within("repository:" + at.path() + ":pull");
  }

  /** What {@code tag} points at, as the registry claims; empty when it claims nothing. */
  sealed interface Head {
    /** There is no such tag. */
    record None() implements Head {}

    /** It points there. */
    record At(Digest digest) implements Head {}

    /** The registry does not say: the manifest has to be read. */
    record Silent() implements Head {}
  }

  /** Asks what {@code tag} points at. */
  Head head(Repository repository, String tag, Deadline deadline)
      throws Trouble, InterruptedException {
    Repository at = hosts.location(repository);
    String what = "resolve the tag " + at + ":" + tag;
    Reply reply;
    try {
      reply =
          exchanges.send(
              host(at, what),
              request(at, "/manifests/" + tag, 0, what).accept(MediaTypes.MANIFESTS).head(),
              deadline);
    } catch (Trouble trouble) {
      if (trouble.doubt().cause() == Cause.MALFORMED) {
        return new Head.Silent(); // a registry that does not know HEAD
      }
      throw trouble;
    }
    if (reply.none()) {
      return new Head.None();
    }
    try {
      return new Head.At(Digest.parse(reply.header("docker-content-digest").orElse("")));
    } catch (BadValue bad) {
      return new Head.Silent();
    }
  }

  /** The manifest under {@code tag}; empty when there is none. */
  Optional<Content> byTag(Repository repository, String tag, Deadline deadline)
      throws Trouble, InterruptedException {
    Repository at = hosts.location(repository);
    String what = "read the manifest " + at + ":" + tag;
    return manifest(at, tag, LONGEST_MANIFEST, what, deadline);
  }

  /** The manifest that {@code digest} names; empty when there is none. */
  Optional<Content> manifest(Repository repository, Digest digest, Deadline deadline)
      throws Trouble, InterruptedException {
    return manifest(repository, digest, LONGEST_MANIFEST, deadline);
  }

  /** The same, of at most {@code most} bytes. */
  Optional<Content> manifest(Repository repository, Digest digest, int most, Deadline deadline)
      throws Trouble, InterruptedException {
    Repository at = hosts.location(repository);
    String what = "read the manifest " + at + "@" + digest;
    Optional<Content> content = manifest(at, digest.toString(), most, what, deadline);
    if (content.isPresent()) {
      checkHash(content.get().raw(), digest, what);
    }
    return content;
  }

  private Optional<Content> manifest(
      Repository at, String reference, int most, String what, Deadline deadline)
      throws Trouble, InterruptedException {
    Reply reply =
        exchanges.send(
            host(at, what),
            request(at, "/manifests/" + reference, most, what).accept(MediaTypes.MANIFESTS),
            deadline);
    return content(reply, what);
  }

  private static Optional<Content> content(Reply reply, String what) throws Trouble {
    if (reply.none()) {
      return Optional.empty();
    }
    if (!reply.ok()) {
      throw Trouble.of(
          Cause.MALFORMED, what, "the answer was " + reply.status() + " instead of content");
    }
    return Optional.of(
        new Content(Bytes.copyOf(reply.body()), reply.header("content-type").orElse("")));
  }

  /** The blob that {@code digest} names; empty when there is none. */
  Optional<Bytes> blob(Repository repository, Digest digest, int most, Deadline deadline)
      throws Trouble, InterruptedException {
    Repository at = hosts.location(repository);
    String what = "read the blob " + at + "@" + digest;
    Reply reply =
        exchanges.send(host(at, what), request(at, "/blobs/" + digest, most, what), deadline);
    Optional<Content> content = content(reply, what);
    if (content.isPresent()) {
      checkHash(content.get().raw(), digest, what);
    }
    return content.map(Content::raw);
  }

  private static void checkHash(Bytes raw, Digest digest, String what) throws Trouble {
    if (!raw.hashTo(digest)) {
      throw Trouble.of(
          Cause.MALFORMED, what, "what came does not hash to that digest, so it is something else");
    }
  }

  /**
   * What refers to {@code digest}, by the referrers API; empty when the registry does not have that
   * API.
   */
  Optional<List<Descriptor>> referrers(Repository repository, Digest digest, Deadline deadline)
      throws Trouble, InterruptedException {
    Repository at = hosts.location(repository);
    String what = "read the referrers of " + at + "@" + digest;
    Host host = host(at, what);
    List<Descriptor> all = new ArrayList<>();
    Request request =
        request(at, "/referrers/" + digest, LONGEST_MANIFEST, what).accept(MediaTypes.OCI_INDEX);
    for (int page = 1; ; page++) {
      Reply reply = exchanges.send(host, request, deadline);
      if (reply.none() && page == 1) {
        return Optional.empty();
      }
      all.addAll(page(reply, what));
      Optional<String> next = next(host, at, request.target(), reply, what);
      if (next.isEmpty()) {
        return Optional.of(all);
      }
      if (page == MOST_PAGES || all.size() > MOST_REFERRERS) {
        throw Trouble.of(
            Cause.TOO_LARGE,
            what,
            "there are more than " + MOST_PAGES + " pages or " + MOST_REFERRERS + " referrers");
      }
      request =
          Request.get(next.get(), LONGEST_MANIFEST, what)
              .within("repository:" + at.path() + ":pull")
              .accept(MediaTypes.OCI_INDEX);
    }
  }

  private static List<Descriptor> page(Reply reply, String what) throws Trouble {
    try {
      JsonNode root = Document.tree(reply.body());
      JsonNode manifests = root.path("manifests");
      if (!reply.ok() || !(manifests.isArray() || manifests.isNull())) {
        throw new Malformed("it has no list of manifests");
      }
      return descriptors(manifests);
    } catch (Malformed broken) {
      throw Trouble.of(Cause.MALFORMED, what, "the answer is no index: " + broken.getMessage());
    }
  }

  /** The entries of an index. */
  static List<Descriptor> descriptors(JsonNode manifests) throws Malformed {
    if (manifests.size() > Document.MOST_ENTRIES) {
      throw new Malformed("it has more than " + Document.MOST_ENTRIES + " entries");
    }
    List<Descriptor> all = new ArrayList<>();
    for (JsonNode entry : manifests) {
      all.add(Descriptor.read(entry, "entry " + (all.size() + 1)));
    }
    return all;
  }

  /** The next page, which is among the referrers of the same repository or nowhere. */
  private static Optional<String> next(
      Host host, Repository at, String target, Reply reply, String what) throws Trouble {
    for (String header : reply.all("link")) {
      Matcher link = NEXT.matcher(header.strip());
      if (!link.matches()) {
        continue;
      }
      try {
        URI here = URI.create(host.endpoint() + target);
        String said = link.group(1);
        // By RFC 2396, which URI goes by, a query alone would lose the last segment (RFC 3986,
        // 5.4).
        URI next = here.resolve(new URI(said.startsWith("?") ? here.getRawPath() + said : said));
        if (here.getScheme().equals(next.getScheme())
            && here.getRawAuthority().equals(next.getRawAuthority())
            && PAGE.matcher(rest(next.getRawPath(), "/v2/" + at.path() + "/referrers/"))
                .matches()) {
          return Optional.of(
              next.getRawPath() + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery()));
        }
      } catch (URISyntaxException | IllegalArgumentException none) {
        // Said below, with all other places that are not followed.
      }
      throw Trouble.of(Cause.MALFORMED, what, "its next page is elsewhere, and is not followed");
    }
    return Optional.empty();
  }

  /** What follows {@code prefix} in {@code path}; nothing when it is elsewhere. */
  private static String rest(String path, String prefix) {
    return path.startsWith(prefix) ? path.substring(prefix.length()) : "";
  }

  /** What there is to say where something cannot be read. */
  static Doubt malformed(String what, Malformed broken) {
    return Doubt.of(Cause.MALFORMED, "tried to " + what + ", but " + broken.getMessage());
  }
}
