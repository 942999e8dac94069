package dev.tidegate.admission;

import dev.tidegate.model.Requester;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.WorkloadReader.Read;
import java.util.Objects;
import java.util.Optional;

/**
 * An admission request ({@code admission.k8s.io/v1}).
 *
 * @param uid to be echoed
 * @param group API group of the object
 * @param kind kind of the object
 * @param subResource for instance {@code ephemeralcontainers}; empty for the object itself
 * @param namespace the object's namespace
 * @param name the object's name; empty while the API server has made none
 * @param operation as sent: CREATE, UPDATE, DELETE or CONNECT
 * @param requester who asks
 * @param dryRun whether nothing will be stored
 * @param object the object, if it is of a judged kind and was sent
 * @param before the object as it is, if it could be read
 * @param bad why the object could not be read
 */
public record Review(
    String uid,
    String group,
    String kind,
    String subResource,
    String namespace,
    String name,
    String operation,
    Requester requester,
    boolean dryRun,
    Optional<Read> object,
    Optional<Read> before,
    Optional<BadDocument> bad) {
  public Review {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(object);
    Objects.requireNonNull(before);
    Objects.requireNonNull(bad);
  }

  /** What reading a request's body came to. */
  public sealed interface Reading {
    /** It is a review. */
    record Readable(Review review) implements Reading {}

    /**
     * It is none, or over a bound.
     *
     * @param uid of the request, if that much could be read
     * @param why as the words after "the request "
     */
    record Unreadable(Optional<String> uid, String why) implements Reading {}
  }
}
