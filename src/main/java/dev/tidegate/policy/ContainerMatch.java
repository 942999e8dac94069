package dev.tidegate.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import dev.tidegate.check.Images;
import dev.tidegate.check.SignatureSearch;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers an exemption is for. All that is said must match. The image must be said:
 * anybody may use a name, a role or arguments.
 *
 * @param image which images
 * @param name exact container name
 * @param role what it is in the pod
 * @param args matched against the whole of the arguments, joined by single spaces; a container that
 *     overrides the image's command never matches, since its arguments then mean something else
 * @param runAsUser the uid that it starts as, its own or the pod's
 * @param signers who must have signed the image, by digest: one of them is enough; empty means
 *     nobody has to
 * @param capabilities the most that it may add; without it a container that adds any does not match
 */
public record ContainerMatch(
    ImagePattern image,
    Optional<String> name,
    Optional<Role> role,
    Optional<Pattern> args,
    Optional<Long> runAsUser,
    List<SignerSpec> signers,
    Set<String> capabilities) {
  public ContainerMatch {
    Objects.requireNonNull(image);
    Objects.requireNonNull(name);
    Objects.requireNonNull(role);
    Objects.requireNonNull(args);
    Objects.requireNonNull(runAsUser);
    signers = List.copyOf(signers);
    capabilities = Set.copyOf(capabilities);
  }

  /**
   * Whether one of the signers has signed the image of {@code container}. What its tag points at
   * counts only where the digest is still to be added: it could be another image by the time that
   * it is pulled.
   */
  Exemption.Covers signed(Container container, Subject subject, Facts facts) {
    if (signers.isEmpty()) {
      return new Exemption.Covers.Yes();
    }
    return switch (Images.of(container, facts)) {
      case Images.Content content when !content.byDigest() && !subject.pinnedLater() ->
          new Exemption.Covers.No();
      case Images.Content content ->
          switch (SignatureSearch.byAny(content.image(), signers, facts)) {
            case SignatureSearch.Enough enough -> new Exemption.Covers.Yes();
            case SignatureSearch.TooFew none -> new Exemption.Covers.No();
            case SignatureSearch.NotKnown unknown ->
                new Exemption.Covers.NotKnown(unknown.doubts().getFirst());
          };
      case Images.NotKnown unknown -> new Exemption.Covers.NotKnown(unknown.doubt());
      case Images.NoSuchTag none -> new Exemption.Covers.No();
      case Images.Illegible bad -> new Exemption.Covers.No();
    };
  }

  /** Whether {@code container} of {@code pod} is meant, but for its signers. */
  public boolean matches(Container container, PodShape pod) {
    return Images.legible(container).map(image::matches).orElse(false)
        && name.map(container.name()::equals).orElse(true)
        && role.map(container.role()::equals).orElse(true)
        && args.map(pattern -> matchesArgs(pattern, container)).orElse(true)
        && runAsUser
            .map(uid ->
                container
                    .security()
                    .runAsUser()
                    .or(pod.security()::runAsUser)
                    .equals(Optional.of(uid)))
            .orElse(true)
        && !container.security().privileged().orElse(false)
        && capabilities.containsAll(container.security().capabilities());
  }

  /** The sidecar of a mesh has the same arguments in each pod. */
  private static final Cache<Asked, Boolean> MATCHES =
      Caffeine.newBuilder().maximumSize(200).executor(Runnable::run).build();

  /** Most arguments, and characters in each, whose result is remembered. */
  private static final int MOST = 64;

  private record Asked(Pattern pattern, List<String> args) {
    boolean matches() {
      return pattern.matches(String.join(" ", args));
    }

    boolean small() {
      if (args.size() > MOST) {
        return false;
      }
      for (String arg : args) {
        if (arg.length() > MOST) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean matchesArgs(Pattern pattern, Container container) {
    if (!container.command().isEmpty()) {
      return false;
    }
    Asked asked = new Asked(pattern, container.args());
    return asked.small() ? MATCHES.get(asked, Asked::matches) : asked.matches();
  }
}
