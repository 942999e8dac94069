package dev.tidegate.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.document.Problem;
import dev.tidegate.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of hosts. */
class HostsTest {
  @TempDir Path directory;

  private Hosts.Read read(String hosts) throws IOException {
    Path file = directory.resolve("hosts.yaml");
    Files.writeString(
        file, "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\n" + hosts.stripIndent());
    return Hosts.read(file);
  }

  private List<String> problems(String hosts) throws IOException {
    Hosts.Read read = read(hosts);
    assertThat(read.hosts()).isEmpty();
    return read.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void whatTheDocumentsShowIsRead() {
    Path shown =
        Path.of(System.getProperty("tidegate.basedir", ".")).resolve("docs/examples/hosts.yaml");
    Hosts.Read read = Hosts.read(shown);
    assertThat(read.problems()).isEmpty();
    assertThat(read.hosts().orElseThrow().names())
        .contains("harbor.example.com", "docker.io", "localhost:5000");
  }

  @Test
  void aHostWithoutAnythingIsReachedByTlsUnderItsName() throws IOException {
    Host host = read("hosts: {harbor.example.com: {}}").hosts().orElseThrow().all().getFirst();
    assertThat(host.endpoint()).hasToString("https://harbor.example.com");
    assertThat(host.credentials()).isEmpty();
    assertThat(host.identity()).isEqualTo("anonymous");
  }

  @Test
  void dockerHubIsWhereItReallyIs() throws IOException {
    Host host = read("hosts: {docker.io: {}}").hosts().orElseThrow().all().getFirst();
    assertThat(host.endpoint()).hasToString("https://registry-1.docker.io");
    assertThat(host.tokenRealms()).containsExactly(new Authority("auth.docker.io", 443));
  }

  @Test
  void mirrorsMapByTheLongestPrefixOfWholeSegments() throws IOException {
    Hosts hosts =
        read("""
        hosts: {harbor.example.com: {}, other.example.com: {}}
        mirrors:
        - {prefix: docker.io, at: harbor.example.com/hub}
        - {prefix: docker.io/library, at: other.example.com/official}
        """)
            .hosts()
            .orElseThrow();
    assertThat(location(hosts, "nginx")).isEqualTo("other.example.com/official/nginx");
    assertThat(location(hosts, "docker.io/libraryx/a"))
        .isEqualTo("harbor.example.com/hub/libraryx/a");
    assertThat(location(hosts, "quay.io/a/b")).isEqualTo("quay.io/a/b");
  }

  private static String location(Hosts hosts, String image) {
    return hosts.location(ImageReference.parse(image).repository()).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hosts: {\"bad host\": {}} | hosts.bad host",
        "hosts: {a.example: {endpoint: \"http://a.example\"}} | plainHttp",
        "hosts: {a.example: {plainHttp: true, endpoint: \"https://a.example\"}} | plainHttp",
        "hosts: {a.example: {endpoint: \"https://a.example/path\"}} | without path",
        "hosts: {a.example: {endpoint: \"https://u:p@a.example\"}} | without path and user",
        "hosts: {a.example: {endpoint: \"ftp://a.example\"}} | scheme",
        "hosts: {a.example: {credentials: {}}} | no way",
        "hosts: {a.example: {credentials: {username: x}}} | belong together",
        "hosts: {a.example: {credentials: {dockerConfig: a, helperOutput: b}}} | 2 ways",
        "hosts: {a.example: {limits: {concurrent: 0}}} | limits.concurrent",
        "hosts: {a.example: {tokenRealms: [\"https://x\"]}} | not a host",
        "hosts: {a.example: {unknownField: 1}} | unknownField",
        "hosts: {a.example: {}, a.example: {}} | there twice",
        "mirrors: [{prefix: docker.io, at: a.example/x}] | hosts",
      })
  void whatIsWrongIsNamed(String text, String expected) throws IOException {
    assertThat(problems(text.strip()))
        .anySatisfy(problem -> assertThat(problem).contains(expected));
  }

  @Test
  void aMirrorAtAHostThatIsNotListedIsRefused() throws IOException {
    assertThat(problems("hosts: {a.example: {}}\nmirrors: [{prefix: docker.io, at: b.example/x}]"))
        .singleElement()
        .asString()
        .contains("b.example is not among the hosts");
  }
}
