package dev.tidegate.harbor.admin;

import java.util.Arrays;
import java.util.List;

/**
 * What a robot account needs, and what for. Least privilege: without any one of them something that
 * the documentation promises does not work (docs/harbor.md).
 */
public enum Right {
  /** Manifests, configurations, signatures and referrers. */
  PULL(Use.GATE, false, "repository", "pull", "read images and their signatures"),
  /** Repositories of a project. */
  REPOSITORIES(Use.GATE, false, "repository", "list", "find what callbacks did not tell"),
  /** An artifact with its scan. */
  ARTIFACT(Use.GATE, false, "artifact", "read", "read whether an image is scanned"),
  /** Artifacts of a repository. */
  ARTIFACTS(Use.GATE, false, "artifact", "list", "find what callbacks did not tell"),
  /** The report of a scan. */
  REPORT(Use.GATE, false, "artifact-addition", "read", "read the reports of scans"),
  /** What refers to an artifact. */
  ACCESSORIES(Use.GATE, false, "accessory", "list", "notice new signatures"),
  /** A project with its allow list. */
  PROJECT(Use.GATE, false, "project", "read", "read the allow list of a project"),
  /** Scans that are asked for. */
  SCAN(Use.GATE, false, "scan", "create", "have images scanned that never were"),
  /** All projects. */
  PROJECTS(Use.BOTH, true, "project", "list", "find new projects"),
  /** Robot accounts, its own among them; without their secrets. Only for one that ends. */
  END(Use.ENDING, true, "robot", "list", "know beforehand when its own account ends"),
  /** Which scanner a project has. Only where a policy has {@code maxDatabaseAge}. */
  SCANNER(Use.DATABASE_AGE, false, "scanner", "read", "find out which scanner a project has"),
  /** What a scanner says of itself, the age of its data among it. */
  SCANNERS(Use.DATABASE_AGE, true, "scanner", "read", "read how old the scanner's data is"),
  /** Webhook policies of a project. */
  WEBHOOKS(Use.WEBHOOKS, false, "notification-policy", "list", "look at webhooks"),
  /** The events that this Harbor can tell of. */
  WEBHOOK(Use.WEBHOOKS, false, "notification-policy", "read", "look at webhooks"),
  /** New webhook policies. */
  WEBHOOK_CREATE(Use.WEBHOOKS, false, "notification-policy", "create", "set up webhooks"),
  /** Changed webhook policies. */
  WEBHOOK_UPDATE(Use.WEBHOOKS, false, "notification-policy", "update", "repair webhooks");

  /** Whose right it is. */
  public enum Use {
    /** The gate's robot. */
    GATE,
    /** The robot that keeps webhooks in order. */
    WEBHOOKS,
    /** Both. */
    BOTH,
    /** The gate's robot, if it ends some day. */
    ENDING,
    /** The gate's robot, if policies ask how old the scanner's data is. */
    DATABASE_AGE
  }

  private final Use use;
  private final boolean system;
  private final String resource;
  private final String action;
  private final String purpose;

  Right(Use use, boolean system, String resource, String action, String purpose) {
    this.use = use;
    this.system = system;
    this.resource = resource;
    this.action = action;
    this.purpose = purpose;
  }

  /** The rights of the robot for {@code use}. */
  public static List<Right> of(Use use) {
    return Arrays.stream(values())
        .filter(right -> right.use == use || right.use == Use.BOTH)
        .toList();
  }

  /** It in Harbor's words, {@code repository:pull}. */
  public String harborName() {
    return resource + ":" + action;
  }

  /** What it is needed for: the end of "to …". */
  public String purpose() {
    return purpose;
  }

  /** Whether it is about the whole Harbor, and of use only to a robot for all projects. */
  public boolean system() {
    return system;
  }

  /** It for one project, or for all. */
  Access on(String project) {
    return new Access(system ? Access.SYSTEM : project, resource, action);
  }
}
