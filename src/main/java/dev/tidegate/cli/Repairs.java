package dev.tidegate.cli;

import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Commands and fields of files that put things right.
 *
 * @param wish what the command was asked
 */
record Repairs(DoctorWish wish) {
  /** The robot is made or repaired, with {@code more} options. */
  String robot(Host host, String... more) {
    String setup = setup(host, Stream.concat(Stream.of("--no-webhooks"), Stream.of(more)).toList());
    return host.credentials().filter(Credentials.DockerConfig.class::isInstance).isPresent()
        ? "name username and passwordFile as " + field(host, "credentials") + ", then: " + setup
        : setup;
  }

  private String setup(Host host, List<String> more) {
    StringBuilder command = new StringBuilder("tidegate harbor setup --hosts ");
    command.append(quoted(wish.hosts()));
    command.append(
        wish.administrator()
            .map(one ->
                " --user " + quoted(one.name()) + " --password-file " + quoted(one.passwordFile()))
            .orElse(" --user ADMIN --password-file FILE"));
    wish.projects().forEach(project -> command.append(" --project ").append(quoted(project)));
    more.forEach(option -> command.append(' ').append(option));
    return command.append(' ').append(quoted(host.name())).toString();
  }

  /** The webhooks are made or repaired. */
  String webhooks(Host host) {
    String callback =
        wish.callback()
            .map(url -> quoted(url.toString()))
            .orElse("https://HOST[:PORT]/harbor/events");
    List<String> options = new ArrayList<>(List.of("--no-robot", "--callback", callback));
    if (!wish.verified()) {
      options.add("--skip-certificate-verification");
    }
    return setup(host, options);
  }

  /** {@code field} of {@code host} in the file of hosts. */
  String field(Host host, String field) {
    return "hosts." + host.name() + "." + field + " in " + wish.hosts();
  }

  /** What repairs that {@code host} could not be asked. */
  String of(Trouble trouble, Host host) {
    Optional<String> name = trouble.field();
    if (name.isEmpty()) {
      return "repair it at " + host.name() + " itself; nothing in " + wish.hosts() + " changes it";
    }
    String field = field(host, name.get());
    return switch (name.get()) {
      case "ca" -> "write the PEM file with its CA as " + field;
      case "endpoint" ->
          "correct " + field + " if it is reached elsewhere; else DNS, or the network in between";
      case "tokenRealms", "redirects" -> "if that place is right, list it as " + field;
      default -> "correct " + field;
    };
  }

  /** {@code text} as a word of a shell. */
  static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
