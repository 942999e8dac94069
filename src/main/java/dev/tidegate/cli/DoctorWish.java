package dev.tidegate.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the command was asked to look at.
 *
 * @param hosts the file of hosts
 * @param names the hosts that are meant; empty for all
 * @param images what should be readable
 * @param callback where Harbor reaches the gate
 * @param callbackCa the CA of the certificate there
 * @param verified whether Harbor verifies that certificate
 * @param administrator who looks at what the gate's robot may not look at
 * @param projects where rights are tried and webhooks are looked at
 * @param databaseAge whether policies ask how old the scanner's data is
 */
record DoctorWish(
    String hosts,
    List<String> names,
    List<String> images,
    Optional<URI> callback,
    Optional<Path> callbackCa,
    boolean verified,
    Optional<Administrator> administrator,
    List<String> projects,
    boolean databaseAge) {
  DoctorWish {
    Objects.requireNonNull(hosts);
    names = List.copyOf(names);
    images = List.copyOf(images);
    projects = List.copyOf(projects);
  }
}
