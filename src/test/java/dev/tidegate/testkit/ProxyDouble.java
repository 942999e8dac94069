package dev.tidegate.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A forward proxy on loopback. Whatever name it is asked for, it connects to loopback at the port
 * that was named, as if it alone could look the name up.
 */
public final class ProxyDouble implements AutoCloseable {
  private final ServerSocket server;
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile int refusal;
  private volatile String demanded = "";

  private ProxyDouble(ServerSocket server) {
    this.server = server;
    Thread.startVirtualThread(this::serve);
  }

  /** A proxy that lets everything through. */
  public static ProxyDouble start() {
    try {
      return new ProxyDouble(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://localhost:" + server.getLocalPort());
  }

  /** The request lines that it was sent. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** From now on answers everything with {@code status}; 0: lets through. */
  public void refuse(int status) {
    refusal = status;
  }

  /** From now on wants Basic authentication with this. */
  public void demand(String user, String password) {
    demanded =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1), 1);
      while (one(client, in)) {
        // The client may ask again on the same connection, for instance with credentials.
      }
    } catch (IOException gone) {
      // Either side has hung up: nothing is left to do for this connection.
    }
  }

  /** Whether another request may come on this connection. */
  private boolean one(Socket client, BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      return false;
    }
    asked.add(line);
    List<String> headers = new ArrayList<>();
    for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
      headers.add(header);
    }
    OutputStream out = client.getOutputStream();
    if (refusal != 0) {
      answer(out, refusal + " Refused", "");
      return true;
    }
    boolean proven =
        headers.stream()
            .anyMatch(header ->
                header.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:")
                    && header.endsWith(demanded));
    if (!demanded.isEmpty() && !proven) {
      answer(out, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"p\"\r\n");
      return true;
    }
    if (!line.startsWith("CONNECT ")) {
      answer(out, "501 Not Implemented", "");
      return true;
    }
    String authority = line.split(" ", 3)[1];
    int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
    try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
      out.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      Thread back = Thread.startVirtualThread(() -> pump(target, client));
      pump(client, target);
      back.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static void answer(OutputStream out, String status, String header) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + "\r\n" + header + "Content-Length: 0\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException closed) {
      // The other direction has ended the connection.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
