package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import java.time.Instant;
import java.util.Objects;

/**
 * A vulnerability that a policy tolerates for a while.
 *
 * @param cve its id
 * @param until exclusive
 * @param reason why
 * @param owner who answers for it
 */
public record AllowedCve(
    @Field("The vulnerability's id, exactly as the scanner writes it: CVE-2023-4911.") String cve,
    @Field(
            "When it ends (exclusive; a day is meant with all its hours, UTC). From then on the"
                + " entry allows nothing, and findings say that it has ended.")
        Instant until,
    @Field("Why it can be lived with.") String reason,
    @Field("Who answers for it.") String owner) {
  public AllowedCve {
    requireId("cve", cve);
    Objects.requireNonNull(until);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(owner);
  }

  static void requireId(String field, String id) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")) {
      throw new InvalidField(
          field,
          "\"" + id + "\" is not the id of a vulnerability",
          "write one id such as CVE-2023-4911 or GHSA-5crp-9r3c-p9vr; there are no patterns");
    }
  }
}
