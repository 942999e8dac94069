package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * No process may start as root: {@code runAsNonRoot} and {@code runAsUser} of the
 * <em>restricted</em> Pod Security Standard, for init containers, sidecars, main and ephemeral
 * containers alike.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>{@code spec.securityContext.runAsNonRoot}: true; unset if every container says true itself
 *   <li>{@code spec.containers[*].securityContext.runAsNonRoot}, the same of {@code initContainers}
 *       and {@code ephemeralContainers}: true; unset if the pod says true
 *   <li>{@code spec.securityContext.runAsUser} and that of every container: anything but 0; unset
 *   <li>with {@code allowUserNamespaces}, any of these if {@code spec.hostUsers} is false
 * </ul>
 *
 * <p>The standard's versions differ in the last point only: up to 1.34 a user namespace excuses
 * nothing, from 1.35 on it excuses everything above. Windows pods are judged like others, since the
 * kubelet heeds {@code runAsNonRoot} on Windows, too.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security
 *     Standards</a>
 */
public final class NonRoot implements Check<NonRoot.Parameters> {
  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "nonRoot",
          "No container runs as root",
          List.of(
              "Every container of a pod (init containers, sidecars, main and ephemeral containers)"
                  + " must have runAsNonRoot: true, its own or the pod's, and neither the pod nor"
                  + " any container may set runAsUser: 0. This is what the restricted Pod Security"
                  + " Standard says about users.",
              "A process that is root in its container is root on the node as soon as it breaks"
                  + " out, and many escapes need root to begin with. runAsNonRoot makes the kubelet"
                  + " refuse to start a container as uid 0, whatever its image says; a runAsUser"
                  + " alone does not, since a later edit can take it away unnoticed.",
              "Set securityContext.runAsNonRoot: true in the pod spec and remove runAsUser: 0. If"
                  + " the image names its user by name or not at all, set runAsUser to a number"
                  + " other than 0 as well, or the kubelet will not start the container."),
          Set.of(Input.RUN_AS),
          false);

  /**
   * What a policy may say.
   *
   * @param allowUserNamespaces whether a pod with {@code hostUsers: false} may be root inside it
   * @param considerImageUser whether the user that really results counts, the image's included
   */
  public record Parameters(
      @Field(
              value =
                  "Whether a pod in a user namespace of its own (hostUsers: false) may run as root"
                      + " inside it, as the Pod Security Standards say from version 1.35 on; false"
                      + " is the meaning of the versions before.",
              fallback = "false")
          boolean allowUserNamespaces,
      @Field(
              value =
                  "Whether the user that really results counts where runAsNonRoot is not set:"
                      + " runAsUser, or else the image's USER, if that is a number other than 0 and"
                      + " the image is named by digest. Images that the kubelet will refuse to start"
                      + " because of runAsNonRoot are found, too.",
              fallback = "false")
          boolean considerImageUser) {}

  @Override
  public CheckDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Outcome evaluate(Subject subject, Parameters parameters, Facts facts) {
    PodShape pod = subject.pod();
    if (parameters.allowUserNamespaces() && pod.hostUsers().equals(Optional.of(false))) {
      return Outcome.pass();
    }
    List<Finding> findings = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>();
    judgePod(pod, findings);
    for (Container container : pod.containers()) {
      if (!container.role().runs()) {
        continue;
      }
      if (parameters.considerImageUser() && !pod.windows()) {
        judgeResulting(container, subject, facts, findings, doubts);
      } else {
        judge(container, pod.security(), findings);
      }
    }
    return Outcome.of(findings, doubts);
  }

  @Override
  public Set<Input> inputs(Parameters parameters) {
    return parameters.considerImageUser()
        ? Set.of(Input.EXEMPTION_BASIS, Input.RUN_AS, Input.IMAGES)
        : DESCRIPTOR.inputs();
  }

  /** Judges by the user that results from pod, container and image. */
  private static void judgeResulting(
      Container container,
      Subject subject,
      Facts facts,
      List<Finding> findings,
      List<Doubt> doubts) {
    SecurityContext own = container.security();
    SecurityContext pod = subject.pod().security();
    if (isFalse(own) || isRoot(own)) {
      judge(container, pod, findings);
      return;
    }
    Optional<Boolean> nonRoot = own.runAsNonRoot().or(pod::runAsNonRoot);
    Optional<Long> uid = own.runAsUser().or(pod::runAsUser);
    if (uid.isPresent() || nonRoot.equals(Optional.of(false))) {
      return; // a number that is not 0, or what the finding about the pod covers
    }
    ImageUser image = ImageUser.of(container, subject, facts);
    if (nonRoot.isPresent()) {
      willNotStart(container, image, findings);
    } else {
      mayBeRoot(container, image, findings, doubts);
    }
  }

  /** With runAsNonRoot no process is root; but the kubelet may refuse to start it. */
  private static void willNotStart(Container container, ImageUser image, List<Finding> findings) {
    if (image instanceof ImageUser.Name(String name)) {
      findings.add(
          Finding.in(
              container,
              "securityContext.runAsUser",
              Severity.MEDIUM,
              "will not start: runAsNonRoot is true, and the image's USER "
                  + PlainText.quote(name)
                  + " is a name, which the kubelet cannot tell from root",
              "set securityContext.runAsUser to the number of that user, or write the number as"
                  + " USER in the image"));
    } else if (image instanceof ImageUser.Root) {
      findings.add(
          Finding.in(
              container,
              "securityContext.runAsUser",
              Severity.MEDIUM,
              "will not start: runAsNonRoot is true, and the image's USER is root",
              "set securityContext.runAsUser to a number other than 0, or USER in the image"));
    }
  }

  private static void mayBeRoot(
      Container container, ImageUser image, List<Finding> findings, List<Doubt> doubts) {
    String problem;
    switch (image) {
      case ImageUser.Numeric number -> {
        return;
      }
      case ImageUser.NotKnown(List<Doubt> why) -> {
        doubts.addAll(why);
        return;
      }
      case ImageUser.Root root ->
          problem = "runs as root: nothing sets another user, and the image's USER is root";
      case ImageUser.Name(String name) ->
          problem =
              "may run as root: the image's USER "
                  + PlainText.quote(name)
                  + " is a name, which may mean 0";
      case ImageUser.NotPinned tag ->
          problem =
              "may run as root: runAsNonRoot is not set, and the image's USER counts only for a"
                  + " digest";
    }
    findings.add(
        Finding.in(
            container,
            "securityContext.runAsNonRoot",
            Severity.HIGH,
            problem,
            "set securityContext.runAsNonRoot: true and runAsUser to a number other than 0, or USER"
                + " in the image to such a number"));
  }

  private static void judgePod(PodShape pod, List<Finding> findings) {
    if (isFalse(pod.security())) {
      findings.add(
          Finding.ofPod(
              pod.field() + ".securityContext.runAsNonRoot",
              Severity.HIGH,
              "the pod allows its containers to run as root: runAsNonRoot is false",
              "set " + pod.field() + ".securityContext.runAsNonRoot: true"));
    }
    if (isRoot(pod.security())) {
      findings.add(
          Finding.ofPod(
              pod.field() + ".securityContext.runAsUser",
              Severity.HIGH,
              "the pod runs its containers as root: runAsUser is 0",
              "remove " + pod.field() + ".securityContext.runAsUser or set it to another number"));
    }
  }

  private static void judge(Container container, SecurityContext pod, List<Finding> findings) {
    SecurityContext own = container.security();
    if (isFalse(own)) {
      findings.add(
          Finding.in(
              container,
              "securityContext.runAsNonRoot",
              Severity.HIGH,
              "may run as root: runAsNonRoot is false",
              "set the container's securityContext.runAsNonRoot: true"));
    } else if (own.runAsNonRoot().isEmpty() && pod.runAsNonRoot().isEmpty()) {
      // Where the pod says false, the finding about the pod covers all that inherit it.
      findings.add(
          Finding.in(
              container,
              "securityContext.runAsNonRoot",
              Severity.HIGH,
              "may run as root: runAsNonRoot is not set",
              "set securityContext.runAsNonRoot: true in the pod spec or in the container"));
    }
    if (isRoot(own)) {
      findings.add(
          Finding.in(
              container,
              "securityContext.runAsUser",
              Severity.HIGH,
              "runs as root: runAsUser is 0",
              "remove the container's securityContext.runAsUser or set it to another number"));
    }
  }

  private static boolean isFalse(SecurityContext context) {
    return context.runAsNonRoot().filter(value -> !value).isPresent();
  }

  private static boolean isRoot(SecurityContext context) {
    return context.runAsUser().filter(uid -> uid == 0).isPresent();
  }
}
