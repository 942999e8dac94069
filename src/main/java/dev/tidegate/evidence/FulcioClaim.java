package dev.tidegate.evidence;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a Fulcio certificate says beside issuer and subject: from where and how the workload that
 * signed was run. See <a
 * href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md">Fulcio's list of OIDs</a>.
 */
public enum FulcioClaim {
  /** The event that started a GitHub workflow, in certificates of Fulcio before 1.0. */
  GITHUB_WORKFLOW_TRIGGER("githubWorkflowTrigger", 2),
  /** The commit of a GitHub workflow, in certificates of Fulcio before 1.0. */
  GITHUB_WORKFLOW_SHA("githubWorkflowSha", 3),
  /** The name of a GitHub workflow, in certificates of Fulcio before 1.0. */
  GITHUB_WORKFLOW_NAME("githubWorkflowName", 4),
  /** The repository of a GitHub workflow, in certificates of Fulcio before 1.0. */
  GITHUB_WORKFLOW_REPOSITORY("githubWorkflowRepository", 5),
  /** The ref of a GitHub workflow, in certificates of Fulcio before 1.0. */
  GITHUB_WORKFLOW_REF("githubWorkflowRef", 6),
  /** The URI of the build instructions that signed, with their ref. */
  BUILD_SIGNER_URI("buildSignerURI", 9),
  /** The commit of the build instructions that signed. */
  BUILD_SIGNER_DIGEST("buildSignerDigest", 10),
  /** Whether a runner of the platform or of one's own has run it. */
  RUNNER_ENVIRONMENT("runnerEnvironment", 11),
  /** The URI of the repository that was built. */
  SOURCE_REPOSITORY_URI("sourceRepositoryURI", 12),
  /** The commit that was built. */
  SOURCE_REPOSITORY_DIGEST("sourceRepositoryDigest", 13),
  /** The branch or tag that was built, for instance {@code refs/heads/main}. */
  SOURCE_REPOSITORY_REF("sourceRepositoryRef", 14),
  /** The number of the repository, which a renaming does not change. */
  SOURCE_REPOSITORY_IDENTIFIER("sourceRepositoryIdentifier", 15),
  /** The URI of the repository's owner. */
  SOURCE_REPOSITORY_OWNER_URI("sourceRepositoryOwnerURI", 16),
  /** The number of the repository's owner. */
  SOURCE_REPOSITORY_OWNER_IDENTIFIER("sourceRepositoryOwnerIdentifier", 17),
  /** The URI of the top-level build instructions, with their ref. */
  BUILD_CONFIG_URI("buildConfigURI", 18),
  /** The commit of the top-level build instructions. */
  BUILD_CONFIG_DIGEST("buildConfigDigest", 19),
  /** The event that started the build, for instance {@code push}. */
  BUILD_TRIGGER("buildTrigger", 20),
  /** The URI of the run. */
  RUN_INVOCATION_URI("runInvocationURI", 21),
  /** Whether the repository was public or private then. */
  SOURCE_REPOSITORY_VISIBILITY("sourceRepositoryVisibility", 22);

  private static final String FULCIO = "1.3.6.1.4.1.57264.1.";

  private final String word;
  private final int number;

  FulcioClaim(String word, int number) {
    this.word = word;
    this.number = number;
  }

  /** As policies write it. */
  public String word() {
    return word;
  }

  /** The object identifier of its extension. */
  public String oid() {
    return FULCIO + number;
  }

  /** Whether the extension holds bare text, as Fulcio's first ones did, and not a DER string. */
  public boolean bare() {
    return number < 8;
  }

  /** The claim that policies write as {@code word}. */
  public static Optional<FulcioClaim> of(String word) {
    return Arrays.stream(values()).filter(claim -> claim.word.equals(word)).findFirst();
  }
}
