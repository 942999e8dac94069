package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.ScanReport.Scanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A scanner whose reports count.
 *
 * @param name exactly as it names itself
 * @param vendor exactly as it says; empty means any
 * @param minVersion the oldest that counts; empty means any
 */
public record ScannerSpec(
    @Field("The scanner's name, exactly as it names itself: Trivy.") String name,
    @Field("Its vendor, exactly as it says: Aqua Security.") Optional<String> vendor,
    @Field(
            "The oldest version that counts (inclusive), as numbers with dots: 0.69.3. A version"
                + " that is not such numbers, a pre-release among them, never counts.")
        Optional<String> minVersion) {
  public ScannerSpec {
    if (minVersion.isPresent() && numbers(minVersion.get()).isEmpty()) {
      throw new InvalidField(
          "minVersion",
          "\"" + minVersion.get() + "\" is not a version",
          "write up to four numbers with dots between them, for instance 0.69.3");
    }
  }

  /** Whether {@code scanner} is meant. */
  boolean is(Scanner scanner) {
    return name.equals(scanner.name())
        && vendor.map(scanner.vendor()::equals).orElse(true)
        && minVersion.map(least -> reaches(scanner.version(), least)).orElse(true);
  }

  private static boolean reaches(String version, String least) {
    List<Integer> has = numbers(version);
    List<Integer> needs = numbers(least);
    if (has.isEmpty()) {
      return false;
    }
    for (int i = 0; i < Math.max(has.size(), needs.size()); i++) {
      int a = i < has.size() ? has.get(i) : 0;
      int b = i < needs.size() ? needs.get(i) : 0;
      if (a != b) {
        return a > b;
      }
    }
    return true;
  }

  /** The numbers of a version; empty if it is not of numbers. A leading v is customary. */
  private static List<Integer> numbers(String version) {
    String plain = version.startsWith("v") ? version.substring(1) : version;
    if (!plain.matches("[0-9]{1,8}(\\.[0-9]{1,8}){0,3}")) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String part : plain.split("\\.", -1)) {
      numbers.add(Integer.parseInt(part));
    }
    return numbers;
  }

  /** For texts: {@code Trivy 0.69.3 or later}. */
  @Override
  public String toString() {
    return name
        + vendor.map(text -> " of " + text).orElse("")
        + minVersion.map(text -> " " + text + " or later").orElse("");
  }
}
