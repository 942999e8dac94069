package dev.tidegate.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of docs/architecture.md, as rules. */
class ArchitectureTest {
  private static final String BASE = "dev.tidegate.";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tidegate");

  /** Which packages of ours each package may use; the table of docs/architecture.md. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", List.of()),
          Map.entry("document", List.of("model")),
          Map.entry("evidence", List.of("model")),
          Map.entry("check", List.of("model", "document", "evidence")),
          Map.entry("policy", List.of("model", "document", "evidence", "check")),
          Map.entry("engine", List.of("model", "evidence", "policy", "check")),
          Map.entry("store", List.of("model", "evidence")),
          Map.entry("net", List.of("model", "document")),
          Map.entry("registry", List.of("model", "document", "evidence", "net")),
          Map.entry("sigstore", List.of("model", "evidence")),
          Map.entry("harbor", List.of("model", "document", "evidence", "net")),
          Map.entry("workload", List.of("model")),
          Map.entry("report", List.of("model", "policy", "check", "engine")),
          Map.entry("kubernetes", List.of("model", "evidence", "policy", "workload", "report")),
          Map.entry("admission", List.of("model", "policy", "workload", "engine", "report")),
          Map.entry(
              "cli",
              List.of(
                  "app",
                  "admission",
                  "check",
                  "document",
                  "engine",
                  "evidence",
                  "harbor",
                  "kubernetes",
                  "model",
                  "net",
                  "policy",
                  "registry",
                  "report",
                  "sigstore",
                  "store",
                  "workload")),
          Map.entry(
              "app",
              List.of(
                  "admission",
                  "check",
                  "cli",
                  "document",
                  "engine",
                  "evidence",
                  "harbor",
                  "kubernetes",
                  "model",
                  "net",
                  "policy",
                  "registry",
                  "report",
                  "sigstore",
                  "store",
                  "workload")));

  private static final Set<String> PURE =
      Set.of("model", "evidence", "check", "policy", "engine", "store", "report");

  @TestFactory
  Stream<DynamicTest> arrowsPointOneWay() {
    return MAY_USE.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () -> {
                  Set<String> others = new TreeSet<>(MAY_USE.keySet());
                  others.remove(entry.getKey());
                  entry.getValue().forEach(others::remove);
                  noClasses()
                      .that()
                      .resideInAPackage(BASE + entry.getKey() + "..")
                      .should()
                      .dependOnClassesThat(
                          resideInAnyPackage(
                              others.stream()
                                  .map(other -> BASE + other + "..")
                                  .toArray(String[]::new)))
                      .allowEmptyShould(true)
                      .check(MAIN);
                }));
  }

  @Test
  void everyPackageIsInThePicture() {
    Set<String> there = new TreeSet<>();
    for (JavaClass one : MAIN) {
      there.add(one.getPackageName().substring(BASE.length()).split("\\.")[0]);
    }
    assertThat(MAY_USE.keySet()).containsAll(there);
  }

  @Test
  void noCycles() {
    // Main starts the command line, which is wired by the same package: the one pair that knows
    // each other.
    slices()
        .matching(BASE + "(*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(resideInAPackage(BASE + "cli.."), resideInAPackage(BASE + "app.."))
        .check(MAIN);
  }

  @Test
  void theModelKnowsTheJdkOnly() {
    classes()
        .that()
        .resideInAnyPackage(BASE + "model..", BASE + "evidence..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify..", BASE + "model..", BASE + "evidence.."))
        .check(MAIN);
  }

  @Test
  void domainCodeKnowsNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE.stream().map(name -> BASE + name + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.smallrye..",
                "io.vertx..",
                "io.quarkus..",
                "jakarta..",
                "io.fabric8..",
                "io.micrometer.."))
        .check(MAIN);
  }

  @Test
  void timeStreamsAndEnvironmentAreParameters() {
    noClasses()
        .that(are(describe("outside app and cli", ArchitectureTest::outsideTheEdge)))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .check(MAIN);
  }

  @Test
  void everyPackageIsNullMarked() throws ClassNotFoundException {
    Set<String> packages = new TreeSet<>();
    for (JavaClass one : MAIN) {
      packages.add(one.getPackageName());
    }
    for (String name : packages) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as(name)
          .isTrue();
    }
  }

  private static boolean outsideTheEdge(JavaClass one) {
    return !one.getPackageName().startsWith(BASE + "app")
        && !one.getPackageName().startsWith(BASE + "cli");
  }
}
