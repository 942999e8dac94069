package dev.tidegate.admission.http;

import java.time.Duration;
import java.util.Map;

/** Takes in what others post beside admissions. Called off the event loop. */
@FunctionalInterface
public interface Callback {
  /**
   * Takes in one body.
   *
   * @param headers by name in lower case; of several the first
   */
  Answer take(Map<String, String> headers, byte[] body);

  /** What is answered. */
  record Answer(int status, String text) {}

  /**
   * Where callbacks are taken in.
   *
   * @param path of the URL
   * @param most longest body in bytes
   * @param longest longest time for a body to come
   * @param to takes them
   */
  record Endpoint(String path, int most, Duration longest, Callback to) {
    /** The usual time for a body to come. */
    public static final Duration USUAL = Duration.ofSeconds(10);
  }
}
