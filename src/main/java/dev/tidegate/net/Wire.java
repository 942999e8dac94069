package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One exchange at a time over HTTP/1.1: no redirects, retries, cookies or decompression; the body
 * has a bound, and the time for all of it, body included, has one, too. Connects to exactly those
 * addresses that were looked at.
 */
final class Wire implements AutoCloseable {
  private static final int MOST_HEADERS = 100;
  private static final int LONGEST_LINE = 16 * 1024;

  /** Most that is read of an answer that is not what was asked for: an error, a redirect. */
  private static final int LONGEST_OTHER = 64 * 1024;

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(50);

  private final CloseableHttpClient client;
  private final Optional<Proxy> proxy;
  private final ScheduledExecutorService deadlines;

  /**
   * @param tls for connections with TLS
   * @param proxy by which all is reached; the names behind it are its to look up
   * @param known hosts whose addresses may be any; those of others must be public
   * @param deadlines ends exchanges whose time is up
   */
  Wire(
      SSLContext tls,
      Set<String> known,
      Optional<Proxy> proxy,
      Resolver resolver,
      int connections,
      ScheduledExecutorService deadlines) {
    this.deadlines = deadlines;
    this.proxy = proxy;
    Set<String> connected = proxy.map(one -> Set.of(one.authority().host())).orElse(known);
    PoolingHttpClientConnectionManager pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
            .setDnsResolver(new Checked(connected, resolver))
            .setMaxConnPerRoute(connections)
            .setMaxConnTotal(2 * connections)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxHeaderCount(MOST_HEADERS)
                            .setMaxLineLength(LONGEST_LINE)
                            .build())
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(LONGEST_CONNECT))
                    .setSocketTimeout(Timeout.of(LONGEST_CONNECT.multipliedBy(3)))
                    .setValidateAfterInactivity(TimeValue.ofSeconds(2))
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    .build())
            .build();
    HttpClientBuilder builder = HttpClients.custom();
    proxy.ifPresent(one -> {
      Authority at = one.authority();
      HttpHost through = new HttpHost("http", at.host(), at.port());
      builder.setProxy(through);
      builder.setDefaultCredentialsProvider(new ToProxy(through, one.credentials()));
    });
    this.client =
        builder
            .setConnectionManager(pool)
            .setUserAgent("tidegate")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .disableConnectionState()
            .evictIdleConnections(TimeValue.of(IDLE))
            .build();
  }

  /** The proxy's credential, read for every use; nobody else is given one here. */
  private record ToProxy(HttpHost proxy, Optional<Credentials> credentials)
      implements CredentialsProvider {
    @Override
    public org.apache.hc.client5.http.auth.@Nullable Credentials getCredentials(
        AuthScope scope, HttpContext context) {
      if (credentials.isEmpty()
          || !proxy.getHostName().equalsIgnoreCase(scope.getHost())
          || proxy.getPort() != scope.getPort()) {
        return null;
      }
      try {
        Credentials.Secret secret = credentials.get().read("ask the proxy");
        return new UsernamePasswordCredentials(secret.username(), secret.password().toCharArray());
      } catch (Trouble unreadable) {
        return null; // the proxy's 407 tells of it
      }
    }
  }

  /** Looks at every address before it can be connected to. */
  private record Checked(Set<String> known, Resolver resolver) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] addresses = resolver.resolve(bare(host));
      if (!known.contains(host.toLowerCase(Locale.ROOT))) {
        for (InetAddress address : addresses) {
          if (!Addresses.isPublic(address)) {
            throw new Failures.Refused(host, address);
          }
        }
      }
      return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host; // certificates are compared with the name that was asked for
    }

    private static String bare(String host) {
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
  }

  /**
   * Sends {@code request} to {@code uri}.
   *
   * @param authorization value of that header
   * @throws Trouble if there was no whole answer in time and within the bound
   */
  Reply exchange(URI uri, Request request, Optional<String> authorization, Deadline deadline)
      throws Trouble, InterruptedException {
    Deadline cut = deadline.atMost(request.longest());
    Duration left = cut.remaining();
    if (left.isNegative() || left.isZero()) {
      throw late(request);
    }
    HttpUriRequestBase call = new HttpUriRequestBase(request.method(), uri);
    request.headers().forEach(call::setHeader);
    authorization.ifPresent(value -> call.setHeader("Authorization", value));
    request
        .body()
        .ifPresent(body -> call.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON)));
    // Behind the end of the call, which is told apart from a host that is silent.
    Timeout most = Timeout.ofMilliseconds(left.toMillis() + 1000);
    call.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(most)
            .setResponseTimeout(most)
            .setExpectContinueEnabled(false)
            .setAuthenticationEnabled(proxy.flatMap(Proxy::credentials).isPresent())
            .build());
    ScheduledFuture<?> end;
    try {
      end = deadlines.schedule(call::cancel, left.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      throw closed(request);
    }
    try {
      HttpClientContext context = HttpClientContext.create();
      return client.execute(
          call,
          context,
          response -> {
            if (proxy.isPresent()) {
              ofTarget(uri, context, response.getCode());
            }
            return read(response, call, request, certificateEnd(context));
          });
    } catch (Cut other) {
      return other.reply;
    } catch (TooMuch over) {
      throw Trouble.of(
          Cause.TOO_LARGE,
          request.what(),
          "the answer is longer than " + request.most() + " bytes");
    } catch (IOException failure) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (deadlines.isShutdown()) {
        throw closed(request);
      }
      throw call.isCancelled() || cut.passed()
          ? late(request)
          : Failures.trouble(uri, request, failure);
    } catch (IllegalStateException failure) {
      if (deadlines.isShutdown()) {
        throw closed(request); // the pool of connections was closed in between
      }
      throw failure;
    } finally {
      end.cancel(false);
    }
  }

  /** It is we who end: no defect, and no trouble of the host, for which a policy may admit. */
  private static Trouble closed(Request request) {
    return Trouble.of(Cause.OVERLOADED, request.what(), "the gate is shutting down");
  }

  /** Without a tunnel it is the proxy that answers, which knows nothing of what was asked. */
  private static void ofTarget(URI uri, HttpClientContext context, int status)
      throws Failures.ByProxy {
    if (status == 407 || (uri.getScheme().equals("https") && context.getSSLSession() == null)) {
      throw new Failures.ByProxy(status);
    }
  }

  private static Optional<Instant> certificateEnd(HttpClientContext context)
      throws SSLPeerUnverifiedException {
    SSLSession session = context.getSSLSession();
    return session != null && session.getPeerCertificates()[0] instanceof X509Certificate shown
        ? Optional.of(shown.getNotAfter().toInstant())
        : Optional.empty();
  }

  private static Trouble late(Request request) {
    return Trouble.of(Cause.DEADLINE, request.what(), "there was no whole answer in time");
  }

  /** The body is over its bound. */
  private static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** An answer whose body was of no use and too long to read to its end. */
  private static final class Cut extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Reply reply;

    private Cut(Reply reply) {
      this.reply = reply;
    }
  }

  /**
   * The bound of the request is for what it asked for. A redirect or an error may be longer than
   * that (payloads of signatures have a few hundred bytes) and stays what it is.
   */
  private static Reply read(
      ClassicHttpResponse response,
      HttpUriRequestBase call,
      Request request,
      Optional<Instant> certificateEnd)
      throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Header header : response.getHeaders()) {
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), none -> new ArrayList<>())
          .add(String.valueOf(header.getValue()));
    }
    int status = response.getCode();
    boolean wanted = status >= 200 && status < 300;
    try {
      return new Reply(
          status,
          headers,
          body(response.getEntity(), call, wanted ? request.most() : LONGEST_OTHER),
          certificateEnd);
    } catch (TooMuch over) {
      throw wanted ? over : new Cut(new Reply(status, headers, new byte[0], certificateEnd));
    }
  }

  private static byte[] body(HttpEntity entity, HttpUriRequestBase call, int most)
      throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    if (entity.getContentLength() > most) {
      call.cancel(); // or closing would read on to keep the connection
      throw new TooMuch();
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8 * 1024];
    InputStream in = entity.getContent();
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (read.size() + count > most) {
        call.cancel();
        Arrays.fill(buffer, (byte) 0);
        throw new TooMuch();
      }
      read.write(buffer, 0, count);
    }
    return read.toByteArray();
  }

  @Override
  public void close() {
    client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
  }
}
