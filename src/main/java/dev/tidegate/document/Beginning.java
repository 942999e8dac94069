package dev.tidegate.document;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/**
 * A moment from which on something holds, as people write it: a day is meant from its first moment,
 * where one that ends something is meant to its last.
 *
 * @param at that moment, inclusive
 */
public record Beginning(Instant at) {
  public Beginning {
    Objects.requireNonNull(at);
  }

  /**
   * Reads a day (UTC) or a moment (ISO 8601).
   *
   * @throws BadValue if it is neither
   */
  public static Beginning parse(String text) {
    try {
      return new Beginning(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException none) {
      throw new BadValue(
          PlainText.quote(text) + " is neither a day nor a moment",
          "write a day such as 2027-01-31 (from its beginning, UTC) or a moment such as"
              + " 2027-01-31T18:00:00Z");
    }
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
