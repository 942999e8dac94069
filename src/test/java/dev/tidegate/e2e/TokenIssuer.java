package dev.tidegate.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** An OpenID Connect issuer on loopback: its discovery document, its key, and tokens. */
final class TokenIssuer implements AutoCloseable {
  private static final String KEY_ID = "1";

  private final HttpServer server;
  private final KeyPair keys;

  private TokenIssuer(HttpServer server, KeyPair keys) {
    this.server = server;
    this.keys = keys;
  }

  static TokenIssuer start() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TokenIssuer issuer = new TokenIssuer(server, generator.generateKeyPair());
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, issuer.discovery()));
    server.createContext("/keys", exchange -> answer(exchange, issuer.keys()));
    server.start();
    return issuer;
  }

  /** How tokens name it. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Map<String, Object> discovery() {
    return Map.of(
        "issuer", url(),
        "authorization_endpoint", url() + "/authorize",
        "token_endpoint", url() + "/token",
        "jwks_uri", url() + "/keys",
        "response_types_supported", List.of("code"),
        "subject_types_supported", List.of("public"),
        "id_token_signing_alg_values_supported", List.of("RS256"));
  }

  private Map<String, Object> keys() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return Map.of(
        "keys",
        List.of(
            Map.of(
                "kty",
                "RSA",
                "alg",
                "RS256",
                "use",
                "sig",
                "kid",
                KEY_ID,
                "n",
                encoded(unsigned(key.getModulus())),
                "e",
                encoded(unsigned(key.getPublicExponent())))));
  }

  /** A token for whoever has the mail address {@code mail}. */
  String token(String mail) throws IOException, GeneralSecurityException {
    Instant now = Instant.now();
    String content =
        encoded(Json.MAPPER.writeValueAsBytes(Map.of("alg", "RS256", "kid", KEY_ID, "typ", "JWT")))
            + "."
            + encoded(
                Json.MAPPER.writeValueAsBytes(
                    Map.of(
                        "iss",
                        url(),
                        "aud",
                        "sigstore",
                        "sub",
                        mail,
                        "email",
                        mail,
                        "email_verified",
                        true,
                        "iat",
                        now.getEpochSecond(),
                        "exp",
                        now.plusSeconds(600).getEpochSecond())));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + encoded(signature.sign());
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static void answer(HttpExchange exchange, Object json) throws IOException {
    try (exchange) {
      byte[] body = Json.MAPPER.writeValueAsBytes(json);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
