package dev.tidegate.admission;

import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Requester;
import java.util.Objects;
import java.util.Optional;

/**
 * The request of an {@code admission.k8s.io/v1} AdmissionReview, its objects not yet read.
 *
 * @param uid echoed in the answer, exactly
 * @param name the object as the request names it
 * @param version API version of the object without its group, for instance {@code v1}
 * @param resource lower-case plural, for instance {@code pods}
 * @param subResource for instance {@code ephemeralcontainers}; empty for the object itself
 * @param operation as sent: CREATE, UPDATE, DELETE or CONNECT, or something unknown
 * @param requester who asks
 * @param dryRun whether nothing will be stored, so nothing may be recorded either
 * @param object the object as it shall be; empty when null or absent
 * @param before the object as it is; empty when null or absent
 */
public record Review(
    String uid,
    ObjectName name,
    String version,
    String resource,
    String subResource,
    String operation,
    Requester requester,
    boolean dryRun,
    Optional<Enclosed> object,
    Optional<Enclosed> before) {
  public Review {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(name);
    Objects.requireNonNull(version);
    Objects.requireNonNull(resource);
    Objects.requireNonNull(subResource);
    Objects.requireNonNull(operation);
    Objects.requireNonNull(requester);
    Objects.requireNonNull(object);
    Objects.requireNonNull(before);
  }
}
