package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePatternTest {
  private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

  private static final String TRUSTED = "harbor.example.com/payments/api";

  private static boolean matches(String pattern, String image) {
    return ImagePattern.parse(pattern).matches(ImageReference.parse(image));
  }

  @ParameterizedTest
  @CsvSource({
    "harbor.example.com, harbor.example.com/x",
    "harbor.example.com, HARBOR.Example.com/x/y/z:1",
    "HARBOR.example.com, harbor.example.com/x",
    "harbor.example.com:443, harbor.example.com:443/x",
    "localhost, localhost/x",
    "[::1]:5000/x, [::1]:5000/x/y",
    "FOO/bar, FOO/bar",
    "docker.io, nginx",
    "docker.io/library, nginx:1.27",
    "docker.io/library, index.docker.io/nginx",
    "docker.io/library/nginx, nginx",
    "docker.io/istio, istio/proxyv2",
    "docker.io/istio/proxyv2, istio/proxyv2:1.24",
    "harbor.example.com/a, harbor.example.com/a",
    "harbor.example.com/a, harbor.example.com/a/b/c",
    "harbor.example.com/payments/**, harbor.example.com/payments/api",
    "harbor.example.com/payments/**, harbor.example.com/payments/a/b/c:1",
    "harbor.example.com/**, harbor.example.com/x",
    "harbor.example.com/**/api, harbor.example.com/api",
    "harbor.example.com/**/api, harbor.example.com/a/b/api",
    "harbor.example.com/a/**/b/**/c, harbor.example.com/a/b/c",
    "harbor.example.com/a/**/b/**/c, harbor.example.com/a/b/b/x/b/c",
    "harbor.example.com/team-*/api, harbor.example.com/team-a/api",
    "harbor.example.com/*/api, harbor.example.com/x/api",
    "harbor.example.com/*-*-*, harbor.example.com/a-b-c-d",
    "*.example.com, harbor.example.com/x",
    "*.example.com/team-*/**, a.example.com/team-1/x/y",
    "*.example.com:5000/x, a.EXAMPLE.com:5000/x",
    "docker.io/library/nginx:1.*, nginx:1.27",
    "docker.io/library/nginx:latest, nginx",
    "docker.io/library/nginx:*, nginx",
    "docker.io/**:1, a/b:1",
    "docker.io/library/*, nginx"
  })
  void matching(String pattern, String image) {
    assertThat(matches(pattern, image)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "harbor.example.com, harbor.example.com.evil.io/x",
    "harbor.example.com, evil.io/harbor.example.com/x",
    "harbor.example.com, evil/harbor.example.com/x",
    "harbor.example.com, harbor.example.com:443/x",
    "harbor.example.com, xharbor.example.com/x",
    "harbor.example.com, x.harbor.example.com/x",
    "harbor.example.com, harborxexample.com/x",
    "harbor.example.com:443, harbor.example.com/x",
    "harbor.example.com:443, harbor.example.com:4433/x",
    "harbor.example.com/payments, harbor.example.com/payments-evil/x",
    "harbor.example.com/payments, harbor.example.com/x/payments",
    "harbor.example.com/payments/**, harbor.example.com/payments",
    "harbor.example.com/payments/**, harbor.example.com/paymentsx/api",
    "harbor.example.com/payments/**, harbor.example.com/x/payments/api",
    "harbor.example.com/payments/**, evil.io/harbor.example.com/payments/api",
    "harbor.example.com/*/api, harbor.example.com/api",
    "harbor.example.com/*/api, harbor.example.com/a/b/api",
    "harbor.example.com/*/api, harbor.example.com/a/api/b",
    "harbor.example.com/team-*, harbor.example.com/team-a/api",
    "harbor.example.com/a/**/c, harbor.example.com/a/b/d",
    "harbor.example.com/a*a, harbor.example.com/a",
    "harbor.example.com/a*b*a, harbor.example.com/ab",
    "*.example.com, example.com/x",
    "*.example.com, a.b.example.com/x",
    "*.example.com, evilexample.com/x",
    "*.example.com, a.example.com.evil.io/x",
    "*.example.com, a.example.com:5000/x",
    "*.example.com:5000, a.example.com/x",
    "docker.io/library, docker.io/libraryx/nginx",
    "docker.io/nginx, nginx",
    "docker.io/library/nginx, nginxx",
    "docker.io/library/nginx:1.*, nginx:2.1",
    "docker.io/library/nginx:1.*, nginx",
    "docker.io/library/nginx:latest, nginx:LATEST",
    "docker.io/library/nginx:1, library/nginx/x:1"
  })
  void T12_notMatching(String pattern, String image) {
    assertThat(matches(pattern, image)).isFalse();
  }

  @Test
  void aTagPatternNeverMatchesADigest() {
    assertThat(matches("docker.io/library/nginx:1.27", "nginx:1.27")).isTrue();
    assertThat(matches("docker.io/library/nginx:1.27", "nginx:1.27" + DIGEST)).isFalse();
    assertThat(matches("docker.io/library/nginx:*", "nginx" + DIGEST)).isFalse();
    assertThat(matches("docker.io/library/nginx", "nginx:1.27" + DIGEST)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "payments/**|write the host before it, for instance docker.io/payments/**",
        "nginx|for instance docker.io/nginx",
        "''|write the host before it",
        "*|not the whole first label",
        "**|not the whole first label",
        "*/x|not the whole first label",
        "**/x|not the whole first label",
        "harbor.*.com/x|not the whole first label",
        "harbor*.example.com/x|not the whole first label",
        "*.*.com/x|not the whole first label",
        "*.0.0.1/x|write the addresses",
        "*.[::1]/x|write the addresses",
        "*./x|has no host name",
        "index.docker.io/library|write docker.io/library",
        "docker.io/*|write docker.io/library/*",
        "docker.io/nginx:1|write docker.io/library/nginx:1",
        "https://harbor.example.com/x|leave out everything up to the two slashes",
        "harbor.example.com/|leave out the slash",
        "harbor.example.com/a//b|leave out the slash",
        "harbor.example.com//**|leave out the slash",
        "harbor.example.com/a**|** as a segment of its own",
        "harbor.example.com/***|** as a segment of its own",
        "harbor.example.com/**/**|write it once",
        "harbor.example.com/Payments|upper-case letter",
        "harbor.example.com/-*|can match nothing",
        "harbor.example.com/*-|can match nothing",
        "harbor.example.com/*..*|can match nothing",
        "harbor.example.com/a___*|can match nothing",
        "harbor.example.com/a?|can match nothing",
        "harbor.example.com/[ab]|can match nothing",
        "harbor.example.com/a b|can match nothing",
        "harbor.example.com/..|can match nothing",
        "harbor.example.com/x:|can match nothing",
        "harbor.example.com/x:.*|can match nothing",
        "harbor.example.com/x:a:b|can match nothing",
        "harbor.example.com/x:a/b|can match nothing",
        "harbor_1.example.com/x|with its port if it has one",
        "harbor.example.com:tag|not a port number",
        "harbor.example.com:|not a port number",
        ":5000/x|has no host name",
        "harbor.example.com/x@sha256:abc|a deny list has digests of its own"
      })
  void whatIsNoPatternIsRefusedWithTheRemedy(String pattern, String remedy) {
    assertThatThrownBy(() -> ImagePattern.parse(pattern))
        .isInstanceOf(BadValue.class)
        .hasMessageStartingWith("image pattern " + PlainText.quote(pattern) + " ")
        .hasMessageContaining(remedy);
  }

  @Test
  void boundsAreKept() {
    String host = "harbor.example.com/";
    assertThat(ImagePattern.parse(host + "a".repeat(255))).isNotNull();
    assertThatThrownBy(() -> ImagePattern.parse(host + "a".repeat(256)))
        .isInstanceOf(BadValue.class);
    assertThat(ImagePattern.parse(host + "a/".repeat(127) + "a")).isNotNull();
    assertThatThrownBy(() -> ImagePattern.parse(host + "a/".repeat(127) + "aa"))
        .hasMessageContaining("can match nothing");
    assertThatThrownBy(() -> ImagePattern.parse(host + "x:" + "t".repeat(129)))
        .hasMessageContaining("can match nothing");
    assertThatThrownBy(() -> ImagePattern.parse("*".repeat(3_000_000)))
        .hasMessageContaining("longer than 1024");
  }

  @Test
  void theWorstPatternForTheLongestNameIsDecided() {
    String stars = "*a".repeat(120) + "*b";
    assertThat(matches("harbor.example.com/" + stars, "harbor.example.com/" + "a".repeat(255)))
        .isFalse();
    String segments = "**/a/".repeat(60) + "b";
    assertThat(
            matches(
                "harbor.example.com/" + segments, "harbor.example.com/" + "a/".repeat(127) + "a"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"harbor.example.com/payments/**", "*.example.com/payments/**"})
  void T12_theTrustedHostAnywhereElseNeverMatches(String trusted) {
    ImagePattern pattern = ImagePattern.parse(trusted);
    List<String> parts =
        List.of(
            "harbor.example.com",
            "HARBOR.EXAMPLE.COM",
            "harbor",
            "example.com",
            "payments",
            "api",
            "evil.io",
            "evil",
            "a",
            ".",
            "/",
            "//",
            ":",
            "@",
            "-",
            "_",
            ":443",
            "[",
            "]",
            "*",
            "%2f",
            "\\",
            "#",
            "?",
            "..",
            "\0",
            "\n",
            " ",
            "\u2024",
            "\uff0f",
            "docker.io",
            "library");
    Random random = new Random(12);
    int matched = 0;
    for (int round = 0; round < 100_000; round++) {
      StringBuilder text = new StringBuilder(round % 2 == 0 ? "" : TRUSTED);
      for (int i = 1 + random.nextInt(round % 2 == 0 ? 6 : 2); i > 0; i--) {
        int at = random.nextInt(3) == 0 ? text.length() : random.nextInt(text.length() + 1);
        text.insert(at, parts.get(random.nextInt(parts.size())));
      }
      Optional<ImageReference> image = ImageReference.tryParse(text.toString());
      boolean expected = image.isPresent() && comesFromTrusted(text.toString(), trusted);
      assertThat(image.filter(pattern::matches).isPresent()).as("%s", text).isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).as("cases that match").isBetween(1_000, 100_000);
  }

  /**
   * On the text alone: what stands before the first slash is the host, and the next is the path.
   */
  private static boolean comesFromTrusted(String image, String trusted) {
    String lower = image.toLowerCase(Locale.ROOT);
    return trusted.startsWith("*")
        ? lower.matches("(?s)[^/.:@]+\\.example\\.com/payments/.*")
        : lower.startsWith("harbor.example.com/payments/");
  }

  @Test
  void pathsMatchAsTheEqualRegularExpressionDoes() {
    Random random = new Random(7);
    List<String> pieces = List.of("a", "b", "ab", "*", "a*", "*b", "a*b", "*a*", "**");
    int matched = 0;
    for (int round = 0; round < 50_000; round++) {
      String glob = random(random, pieces, 5).replaceAll("\\*\\*(/\\*\\*)+", "**");
      String path = random(random, List.of("a", "b", "ab", "ba", "aab"), 6);
      boolean expected = regex(glob).matcher(path).matches();
      assertThat(matches("localhost/" + glob, "localhost/" + path))
          .as("%s against %s", glob, path)
          .isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).isBetween(5_000, 45_000);
  }

  private static String random(Random random, List<String> of, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(of.get(random.nextInt(of.size()))).append(i > 0 ? "/" : "");
    }
    return text.toString();
  }

  private static Pattern regex(String glob) {
    if (glob.indexOf('*') < 0) {
      return Pattern.compile(Pattern.quote(glob) + "(/.*)?");
    }
    StringBuilder regex = new StringBuilder();
    String[] segments = glob.split("/");
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].equals("**")) {
        regex.append(last ? ".+" : "(?:[^/]+/)*");
      } else {
        regex.append(segments[i].replace("*", "[^/]*")).append(last ? "" : "/");
      }
    }
    return Pattern.compile(regex.toString());
  }

  @Test
  void aPatternShowsAsWritten() {
    ImagePattern pattern = ImagePattern.parse("docker.io/library");
    assertThat(pattern)
        .hasToString("docker.io/library")
        .isEqualTo(ImagePattern.parse("docker.io/library"))
        .hasSameHashCodeAs(ImagePattern.parse("docker.io/library"))
        .isNotEqualTo(ImagePattern.parse("docker.io"));
    BadValue bad = catchThrowableOfType(BadValue.class, () -> ImagePattern.parse("payments/**"));
    assertThat(bad.problem())
        .isEqualTo("image pattern \"payments/**\" does not start with a registry host");
  }
}
