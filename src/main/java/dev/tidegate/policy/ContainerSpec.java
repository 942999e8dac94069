package dev.tidegate.policy;

import com.google.re2j.Pattern;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Role;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The {@code container} of an Exemption. */
record ContainerSpec(
    @Field(
            "The images that it is for: HOST[/PATH][:TAG], * inside a segment, ** across"
                + " segments.")
        ImagePattern image,
    @Field("Exact name of the container.") Optional<String> name,
    @Field("What the container is in its pod.") Optional<RoleWord> role,
    @Field(
            "A regular expression (RE2) for the whole of the arguments joined by single spaces. A"
                + " container with a command of its own never matches.")
        Optional<Pattern> args,
    @Field("The uid that the container starts as, its own or the pod's; 0 to 2147483647.")
        Optional<Long> runAsUser,
    @Field(
            "Names of signers in the signature rules of the policies; one of them must have signed"
                + " the image, by digest.")
        Set<String> signers,
    @Field(
            "The most capabilities that the container may add, without CAP_. Without it, a container"
                + " that adds any does not match.")
        Set<String> capabilities) {
  private static final java.util.regex.Pattern CAPABILITY =
      java.util.regex.Pattern.compile("[A-Z][A-Z0-9_]{0,62}");

  /** What a container with a process is in its pod. */
  enum RoleWord {
    INIT(Role.INIT),
    SIDECAR(Role.SIDECAR),
    MAIN(Role.MAIN),
    EPHEMERAL(Role.EPHEMERAL);

    private final Role role;

    RoleWord(Role role) {
      this.role = role;
    }
  }

  ContainerSpec {
    signers = Set.copyOf(signers);
    capabilities = Set.copyOf(capabilities);
    if (runAsUser.isPresent() && (runAsUser.get() < 0 || runAsUser.get() > Integer.MAX_VALUE)) {
      throw new InvalidField(
          "runAsUser", runAsUser.get() + " is not a uid", "write a number from 0 to 2147483647");
    }
    for (String capability : new TreeSet<>(capabilities)) {
      if (!CAPABILITY.matcher(capability).matches() || capability.startsWith("CAP_")) {
        throw new InvalidField(
            "capabilities",
            "\"" + capability + "\" is not a capability as pods name them",
            "write it in upper case without CAP_, for instance NET_ADMIN");
      }
    }
  }

  /**
   * The condition that this writes.
   *
   * @param known the signers that the policies name
   */
  ContainerMatch match(Map<String, SignerSpec> known) {
    return new ContainerMatch(
        image,
        name,
        role.map(word -> word.role),
        args,
        runAsUser,
        new TreeSet<>(signers).stream().map(known::get).filter(Objects::nonNull).toList(),
        capabilities);
  }
}
