package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.ScanSeverity;
import java.util.Objects;

/**
 * A Harbor project whose own list of tolerated vulnerabilities counts.
 *
 * @param project its name
 * @param maxSeverity the worst that the list may tolerate
 */
public record ProjectListSpec(
    @Field("The project's name; its list counts only for images in that project.") String project,
    @Field(
            "The worst severity that the list may allow (inclusive): Negligible, Low, Medium, High"
                + " or Critical. What has no rating it never allows.")
        ScanSeverity maxSeverity) {
  public ProjectListSpec {
    Objects.requireNonNull(maxSeverity);
    if (!project.matches("[a-z0-9]([a-z0-9._-]{0,253}[a-z0-9])?")) {
      throw new InvalidField(
          "project",
          "\"" + project + "\" is not the name of a Harbor project",
          "write the first segment of the images' path, without host and slash");
    }
    if (maxSeverity == ScanSeverity.UNKNOWN || maxSeverity == ScanSeverity.NONE) {
      throw new InvalidField(
          "maxSeverity",
          maxSeverity + " would allow nothing",
          "write Low, Medium, High or Critical, or remove the entry");
    }
  }
}
