package dev.tidegate.net;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.Deadline;
import dev.tidegate.testkit.FuzzTarget;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Fuzzes what hosts say about who may ask. */
public final class NetFuzz {
  private static final Host HOST = Host.at("r.example.com", URI.create("https://r.example.com"));
  private static final String CHALLENGE =
      "Bearer realm=\"https://r.example.com/token?a=b\",service=\"r\"";

  private NetFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("token", data -> token(CHALLENGE, data)),
        FuzzTarget.of(
            "challenge",
            Stream.of(
                    CHALLENGE,
                    "Basic realm=\"r\"",
                    "Bearer realm=https://R.EXAMPLE.COM:443/,service=x, scope=\"repository:a:pull\"",
                    "Bearer realm=\"https://r.example.com@evil.example/\"",
                    "Bearer realm=\"http://r.example.com/\"",
                    "Bearer realm=\"https://[::1]/\"")
                .map(FuzzTarget::utf8)
                .toList(),
            data -> token(new String(data, ISO_8859_1), FuzzTarget.utf8("{\"token\":\"t\"}"))),
        FuzzTarget.of(
            "authority",
            Stream.of("r.example.com", "r.example.com:8443", "[::1]:5000", "127.0.0.1:65535")
                .map(FuzzTarget::utf8)
                .toList(),
            data -> authority(new String(data, UTF_8))));
  }

  private static void token(String challenge, byte[] answer) throws InterruptedException {
    Tokens tokens =
        new Tokens(
            HOST,
            (uri, request, authorization, deadline) -> {
              same(HOST.authority(), Authority.of(uri), "who is asked for a token");
              same("https", uri.getScheme(), "how");
              must(uri.getRawUserInfo() == null, "who it pretends to be");
              same(Optional.empty(), authorization, "what nobody configured");
              return new Reply(200, Map.of(), answer);
            },
            () -> 0);
    Request request = Request.get("/v2/", 1000, "fuzz").within("repository:shop/web:pull");
    Deadline deadline = Deadline.in(Duration.ofSeconds(60), System::nanoTime);
    try {
      Reply refused = new Reply(401, Map.of("www-authenticate", List.of(challenge)), new byte[0]);
      String sent = tokens.after(refused, request, Optional.empty(), deadline).orElseThrow();
      must(sent.startsWith("Bearer ") && sent.length() > 7, "what is sent is no token: " + sent);
      must(
          sent.substring(7).chars().allMatch(c -> c > ' ' && c < 127),
          "what is sent has another header in it");
      must(sent.length() <= 32 * 1024 + 7, "what is sent is too long");
      same(Optional.of(sent), tokens.before(request, deadline), "kept");
    } catch (Trouble trouble) {
      must(!trouble.doubt().tried().isBlank(), "no reason");
    }
  }

  private static void authority(String text) {
    try {
      Authority authority = Authority.parse(text);
      same(authority, Authority.parse(authority.toString()), "read again");
    } catch (BadValue none) {
      must(!none.problem().isBlank(), "no reason");
    }
  }
}
