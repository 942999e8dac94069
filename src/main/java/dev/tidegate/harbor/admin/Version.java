package dev.tidegate.harbor.admin;

import java.util.ArrayList;
import java.util.List;

/**
 * A version of Harbor, and what people should know about it.
 *
 * @param text numbers with dots, {@code 2.15.2}, at least two
 */
public record Version(String text) {
  /** Versions whose jobservice does not send to private addresses unless it is told to. */
  private static final List<String> SHY = List.of("2.13.6", "2.14.5", "2.15.3");

  private static final Version OLDEST = new Version("2.7");

  public Version {
    if (!text.matches("[0-9]{1,4}([.][0-9]{1,4}){1,3}")) {
      throw new IllegalArgumentException("no version: " + text);
    }
  }

  /**
   * What is peculiar about it.
   *
   * @param problem what it does, as the end of "Harbor 2.15.3 …"
   * @param fix what to do about it
   */
  public record Peculiarity(String problem, String fix) {}

  /** What is peculiar about it; mostly nothing. */
  public List<Peculiarity> peculiarities() {
    List<Peculiarity> all = new ArrayList<>();
    if (SHY.contains(text)) {
      all.add(
          new Peculiarity(
              "sends nothing to private addresses",
              "set HARBOR_ALLOW_PRIVATE_NETWORK_ACCESS=true for its core and jobservice if the gate"
                  + " is at one"));
    }
    if (minor() < OLDEST.minor()) {
      all.add(
          new Peculiarity(
              "is older than " + OLDEST.text() + ", the oldest that is known to work",
              "update Harbor"));
    }
    return all;
  }

  private int minor() {
    String[] parts = text.split("[.]", -1);
    return Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]);
  }
}
