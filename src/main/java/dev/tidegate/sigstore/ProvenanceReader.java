package dev.tidegate.sigstore;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.Predicate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads SLSA provenance, versions 0.2 and 1, as GitHub, GitLab, BuildKit and Tekton write it. The
 * source is what the builder says it was told to build, not whatever else went into the build;
 * statements that name two of them do not count.
 *
 * <p>Variables and inputs of a build are not read: whoever starts it can set them.
 */
final class ProvenanceReader {
  private static final int MOST_DEPENDENCIES = 10_000;

  private ProvenanceReader() {}

  /** {@code https://slsa.dev/provenance/v0.2}. */
  static Predicate ofSlsa02(Json json) throws Refused {
    List<Source> sources = new ArrayList<>();
    Optional<Json> invocation = json.maybeObject("invocation");
    if (invocation.isPresent()) {
      Optional<Json> config = invocation.get().maybeObject("configSource");
      if (config.isPresent()) {
        sources.add(withDigest(Source.of(text(config.get(), "uri")), config.get()));
      }
    }
    return provenance(builder(json), sources, json, "materials");
  }

  /** {@code https://slsa.dev/provenance/v1}. */
  static Predicate ofSlsa1(Json json) throws Refused {
    Json definition = json.object("buildDefinition");
    List<Source> sources = new ArrayList<>();
    Optional<Json> parameters = definition.maybeObject("externalParameters");
    if (parameters.isPresent()) {
      Json external = parameters.get();
      // GitHub Actions, and what Tekton and Google's builder do.
      for (String field : List.of("workflow", "buildConfigSource")) {
        Optional<Json> one = named(external, field);
        if (one.isPresent()) {
          Source source = Source.of(text(one.get(), "repository"));
          sources.add(source);
          sources.add(source.at(text(one.get(), "ref")));
        }
      }
      // BuildKit, and SLSA's generators.
      for (String field : List.of("configSource", "source")) {
        Optional<Json> one = named(external, field);
        if (one.isPresent()) {
          sources.add(withDigest(Source.of(text(one.get(), "uri")), one.get()));
        }
      }
      // GitLab: the project's URL.
      JsonNode plain = external.node().path("source");
      if (plain.isTextual()) {
        sources.add(Source.of(bounded(plain.textValue())));
      }
    }
    return provenance(
        builder(json.object("runDetails")), sources, definition, "resolvedDependencies");
  }

  private static Optional<Json> named(Json json, String field) throws Refused {
    return json.node().path(field).isObject() ? json.maybeObject(field) : Optional.empty();
  }

  private static Optional<String> builder(Json json) throws Refused {
    Optional<Json> builder = json.maybeObject("builder");
    return builder.isPresent()
        ? Optional.of(text(builder.get(), "id")).filter(id -> !id.isEmpty())
        : Optional.empty();
  }

  private static Predicate provenance(
      Optional<String> builder, List<Source> named, Json json, String dependencies) throws Refused {
    List<Source> used = new ArrayList<>();
    for (Json one : json.objects(dependencies, MOST_DEPENDENCIES)) {
      Source source = Source.of(text(one, "uri"));
      if (!source.repository().isEmpty()) {
        used.add(withDigest(source, one));
      }
    }
    List<Source> said = named.stream().filter(one -> !one.repository().isEmpty()).toList();
    if (said.isEmpty()) {
      said = used.stream().filter(Source::isGit).distinct().toList();
      if (said.size() > 1) {
        // Which of them it was built from is not said.
        return new Predicate.Provenance(
            builder, Optional.empty(), Optional.empty(), Optional.empty());
      }
    }
    Optional<String> repository = only(said.stream().map(Source::repository).toList(), "sources");
    Optional<String> ref = only(said.stream().map(Source::ref).toList(), "refs");
    Optional<String> commit = only(said.stream().map(Source::commit).toList(), "commits");
    if (commit.isEmpty() && repository.isPresent()) {
      List<String> commits =
          used.stream()
              .filter(one -> one.repository().equals(repository.get()))
              .map(Source::commit)
              .filter(one -> !one.isEmpty())
              .distinct()
              .toList();
      commit = commits.size() == 1 ? Optional.of(commits.getFirst()) : Optional.empty();
    }
    return new Predicate.Provenance(builder, repository, ref, commit);
  }

  private static Optional<String> only(List<String> said, String what) throws Refused {
    Set<String> distinct = new LinkedHashSet<>(said);
    distinct.remove("");
    if (distinct.size() > 1) {
      throw Refused.malformed("its provenance names several " + what);
    }
    return distinct.stream().findFirst();
  }

  private static Source withDigest(Source source, Json json) throws Refused {
    Optional<Json> digest = json.maybeObject("digest");
    if (digest.isEmpty()) {
      return source;
    }
    for (String algorithm : List.of("gitCommit", "sha1", "sha256")) {
      String commit = text(digest.get(), algorithm);
      if (!commit.isEmpty()) {
        return source.committed(commit);
      }
    }
    return source;
  }

  private static String text(Json json, String field) throws Refused {
    return bounded(json.textOr(field, ""));
  }

  private static String bounded(String text) throws Refused {
    if (text.length() > Predicate.Provenance.LONGEST) {
      throw Refused.malformed(
          "its provenance has a text of more than " + Predicate.Provenance.LONGEST + " characters");
    }
    return text;
  }

  /** A source as one place of a statement names it; what is not said is empty. */
  private record Source(String uri, String repository, String ref, String commit) {
    /** Reads {@code git+https://host/repository.git@ref} and {@code https://…#ref:directory}. */
    static Source of(String uri) {
      String rest = uri.startsWith("git+") ? uri.substring(4) : uri;
      String ref = "";
      int hash = rest.indexOf('#');
      if (hash >= 0) {
        ref = rest.substring(hash + 1).split(":", 2)[0];
        rest = rest.substring(0, hash);
      }
      int scheme = rest.indexOf("://");
      int path = scheme < 0 ? -1 : rest.indexOf('/', scheme + 3);
      int at = rest.lastIndexOf('@');
      if (ref.isEmpty() && path >= 0 && at > path) {
        ref = rest.substring(at + 1);
        rest = rest.substring(0, at);
      }
      return new Source(uri, repository(rest), ref, "");
    }

    Source at(String other) {
      return new Source(uri, repository, other, commit);
    }

    Source committed(String digest) {
      return new Source(uri, repository, ref, digest);
    }

    boolean isGit() {
      return uri.startsWith("git+") || uri.startsWith("git://") || uri.contains(".git");
    }

    private static String repository(String text) {
      String rest = text;
      while (rest.endsWith("/")) {
        rest = rest.substring(0, rest.length() - 1);
      }
      return rest.endsWith(".git") ? rest.substring(0, rest.length() - 4) : rest;
    }
  }
}
