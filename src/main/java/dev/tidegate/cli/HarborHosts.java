package dev.tidegate.cli;

import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.net.Trouble;
import java.nio.file.Files;
import java.util.List;

/** Which Harbor of a file of hosts a command is about, and who the gate is there. */
final class HarborHosts {
  private static final String USUAL_NAME = "robot$tidegate";

  private HarborHosts() {}

  /**
   * The hosts in {@code file}.
   *
   * @throws CommandFailure if it cannot be used
   */
  static Hosts read(String file, Invocation invocation) throws CommandFailure {
    Hosts.Read read = Hosts.read(invocation.environment().directory().resolve(file));
    return read.hosts()
        .orElseThrow(() ->
            CommandFailure.usage(
                "the hosts in " + file + " cannot be used:\n" + Policies.list(read.problems())));
  }

  /**
   * The host called {@code name} among {@code hosts} of {@code file}.
   *
   * @throws CommandFailure if there is none
   */
  static Host find(Hosts hosts, String file, String name) throws CommandFailure {
    return hosts
        .find(name)
        .orElseThrow(() ->
            CommandFailure.usage(
                name
                    + " is not among the hosts of "
                    + file
                    + ": "
                    + hosts.names().stream().sorted().toList()));
  }

  /**
   * The only one among {@code hosts} of {@code file} with secrets of callbacks.
   *
   * @throws CommandFailure if there is none, or more than one
   */
  static Host only(Hosts hosts, String file) throws CommandFailure {
    List<Host> harbors =
        hosts.all().stream().filter(host -> host.callbackSecrets().isPresent()).toList();
    if (harbors.size() != 1) {
      throw CommandFailure.usage(
          (harbors.isEmpty() ? "no host" : "more than one host")
              + " of "
              + file
              + " has callbackSecrets: name the Harbor that is meant");
    }
    return harbors.getFirst();
  }

  /**
   * The credentials of {@code host}, whose secret can be written to a file.
   *
   * @throws CommandFailure if there are none, or they are kept in a file of Docker's
   */
  static Credentials writable(Host host) throws CommandFailure {
    return switch (host.credentials().orElse(null)) {
      case Credentials.Basic basic -> basic;
      case Credentials.HelperOutput output -> output;
      case Credentials.DockerConfig config ->
          throw CommandFailure.usage(
              "hosts."
                  + host.name()
                  + ".credentials names a dockerConfig, which has others' secrets, too, and is not"
                  + " written here: use username and passwordFile");
      case null ->
          throw CommandFailure.usage(
              "hosts."
                  + host.name()
                  + ".credentials is not set: write {username: \""
                  + USUAL_NAME
                  + "\", passwordFile: FILE}, where FILE is written here");
    };
  }

  /**
   * Whose credentials they are.
   *
   * @throws CommandFailure if the file that says so cannot be read
   */
  static String username(Credentials credentials) throws CommandFailure {
    if (credentials instanceof Credentials.Basic(String username, var file)) {
      return username;
    }
    if (credentials instanceof Credentials.HelperOutput(var file) && !Files.exists(file)) {
      return USUAL_NAME;
    }
    try {
      return credentials.read("learn the name of the robot").username();
    } catch (Trouble trouble) {
      throw CommandFailure.usage(trouble.doubt().tried());
    }
  }
}
