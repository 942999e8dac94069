package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.PlainText;
import java.util.Objects;

/**
 * How Harbor fared with a callback, its repetitions included.
 *
 * @param result what came of it
 * @param at when it began, in Harbor's words
 */
public record Delivery(Result result, String at) {
  /** What came of it. */
  public enum Result {
    /** It was taken. */
    TAKEN,
    /** Nobody took it; Harbor does not try again. */
    LOST,
    /** It is under way. */
    UNDER_WAY
  }

  public Delivery {
    Objects.requireNonNull(result);
    Objects.requireNonNull(at);
  }

  /** The one in {@code json}, an execution of a webhook policy. */
  static Delivery of(JsonNode json) {
    Result result =
        switch (json.path("status").asText()) {
          case "Success" -> Result.TAKEN;
          case "Pending", "Scheduled", "Running" -> Result.UNDER_WAY;
          default -> Result.LOST; // Error and Stopped
        };
    return new Delivery(result, PlainText.of(json.path("start_time").asText("unknown"), 40));
  }
}
