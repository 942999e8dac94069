package dev.tidegate.cli;

import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a command is in a Harbor, where the gate's robot may not do what has to be done.
 *
 * @param name of the user
 * @param passwordFile the file with the password, as the command line has it
 */
record Administrator(String name, String passwordFile) {
  Administrator {
    Objects.requireNonNull(name);
    Objects.requireNonNull(passwordFile);
  }

  /**
   * The one of {@code --user} and {@code --password-file}; empty without both.
   *
   * @throws CommandFailure if only one of them is there
   */
  static Optional<Administrator> of(@Nullable String user, @Nullable String passwordFile)
      throws CommandFailure {
    if (user == null && passwordFile == null) {
      return Optional.empty();
    }
    if (user == null || passwordFile == null) {
      throw CommandFailure.usage("--user and --password-file belong together: give both");
    }
    return Optional.of(new Administrator(user, passwordFile));
  }

  /** {@code host}, asked as this one. */
  Host at(Host host, Environment environment) {
    return host.as(new Credentials.Basic(name, environment.directory().resolve(passwordFile)));
  }
}
