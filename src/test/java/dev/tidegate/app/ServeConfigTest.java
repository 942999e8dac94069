package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every key and default, the reference made from them, and what a wrong configuration is told. */
class ServeConfigTest {
  private static final Path BASE = Path.of(System.getProperty("tidegate.basedir", "."));

  private static final Map<String, String> LEAST =
      Map.of("tidegate.policy.directory", "policies", "tidegate.tls.self-signed", "true");

  private record Key(String type, String fallback, String about) {}

  private static ServeConfig config(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withMapping(ServeConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build()
        .getConfigMapping(ServeConfig.class);
  }

  @Test
  void defaultsAreUsable() {
    ServeConfig config = config(LEAST);

    assertThat(Settings.problems(config)).isEmpty();
    assertThat(Settings.limits(config).bodyBytes()).isEqualTo(8 * 1024 * 1024);
    assertThat(Settings.times(config).fallback()).hasSeconds(5);
    assertThat(config.tls().clientSubjects()).containsExactly("CN=kube-apiserver-admission");
  }

  @Test
  void unknownKeysAreErrors() {
    Map<String, String> typo = new TreeMap<>(LEAST);
    typo.put("tidegate.polcy.directory", "policies");

    assertThatThrownBy(() -> config(typo)).hasMessageContaining("tidegate.polcy.directory");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(
            Settings.problems(
                config(
                    Map.of(
                        "tidegate.tls.certificate", "tls.crt",
                        "tidegate.policy.poll", "PT0S",
                        "tidegate.bounds.body-bytes", "1",
                        "tidegate.deadline.reserve", "PT0.5S"))))
        .hasSize(5)
        .anyMatch(problem -> problem.startsWith("tidegate.policy.directory is missing"))
        .anyMatch(problem -> problem.startsWith("tidegate.policy.poll is PT0S"))
        .anyMatch(problem -> problem.contains("belong together"))
        .anyMatch(problem -> problem.startsWith("tidegate.bounds.body-bytes is 1"))
        .anyMatch(problem -> problem.startsWith("tidegate.deadline.reserve is PT0.5S"));
  }

  @Test
  void theReferenceIsUpToDate() throws IOException {
    Map<String, Key> keys = new TreeMap<>();
    String source =
        Files.readString(BASE.resolve("src/main/java/dev/tidegate/app/ServeConfig.java"));
    collect("tidegate", ServeConfig.class, source, keys);
    StringBuilder text =
        new StringBuilder("# Configuration of the server\n\n")
            .append("<!-- Made from the program by ServeConfigTest; do not edit. -->\n\n")
            .append("Each key may stand in the environment, in capitals with underscores, or in\n")
            .append(
                "`config/application.properties` beside the program. Unknown keys are errors.\n")
            .append("\n| key | environment | default | meaning |\n|---|---|---|---|\n");
    keys.forEach((key, of) ->
        text.append("| `")
            .append(key)
            .append("` | `")
            .append(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'))
            .append("` | ")
            .append(of.fallback().isEmpty() ? "" : "`" + of.fallback() + "`")
            .append(" | ")
            .append(of.about())
            .append(" (")
            .append(of.type())
            .append(") |\n"));
    Path made = BASE.resolve("target/goldens/configuration.md");
    Files.createDirectories(made.getParent());
    Files.writeString(made, text);

    assertThat(BASE.resolve("docs/reference/configuration.md"))
        .as("copy target/goldens/configuration.md to docs/reference if it is meant")
        .hasContent(text.toString());
    assertThat(Files.readString(made, StandardCharsets.UTF_8)).contains("tidegate.policy.poll");
  }

  private static void collect(String prefix, Class<?> type, String source, Map<String, Key> keys) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.isSynthetic()) {
        continue;
      }
      WithName named = method.getAnnotation(WithName.class);
      String key = prefix + "." + (named == null ? method.getName() : named.value());
      if (method.getReturnType().isInterface()
          && method.getReturnType().getEnclosingClass() == ServeConfig.class) {
        collect(key, method.getReturnType(), source, keys);
      } else {
        WithDefault fallback = method.getAnnotation(WithDefault.class);
        keys.put(
            key,
            new Key(
                typeName(method.getGenericReturnType()),
                fallback == null ? "" : fallback.value(),
                about(type, method.getName(), source)));
      }
    }
  }

  private static String typeName(Type type) {
    return type instanceof ParameterizedType of
        ? (of.getRawType() == java.util.List.class ? "list of " : "optional ")
            + typeName(of.getActualTypeArguments()[0])
        : ((Class<?>) type).getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** The comment of the method in the source, which is all the documentation there is. */
  private static String about(Class<?> type, String method, String source) {
    int from = source.indexOf("interface " + type.getSimpleName() + " {");
    Matcher declared =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:@\\w+\\([^)]*\\)\\s+)*[\\w<>]+ "
                    + method
                    + "\\(\\);",
                Pattern.DOTALL)
            .matcher(source);
    assertThat(declared.find(from)).as("a comment at %s.%s", type, method).isTrue();
    return declared
        .group(1)
        .replaceAll("\\s*\\n\\s*\\*\\s?", " ")
        .replaceAll("\\{@code ([^}]*)}", "`$1`")
        .replace("|", "\\|")
        .strip();
  }
}
