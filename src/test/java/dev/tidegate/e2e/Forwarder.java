package dev.tidegate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a Service does: forwards each new connection to one of its endpoints, and leaves connections
 * that exist alone. Without endpoints it refuses.
 */
final class Forwarder implements AutoCloseable {
  private final ServerSocket listening;
  private final List<Integer> endpoints = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean closed;

  Forwarder() throws IOException {
    listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** New connections go to these ports of loopback from now on. */
  void to(List<Integer> ports) {
    endpoints.clear();
    endpoints.addAll(ports);
  }

  /** Ends all connections: the next request opens a new one. */
  void cut() {
    open.forEach(Forwarder::end);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listening.accept();
        threads.execute(() -> forward(client));
      } catch (IOException ended) {
        return; // closed
      }
    }
  }

  private void forward(Socket client) {
    open.add(client);
    List<Integer> ports = List.copyOf(endpoints);
    if (ports.isEmpty()) {
      end(client);
      return;
    }
    int port = ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
    Socket server = new Socket();
    open.add(server);
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException refused) {
      end(client);
      end(server);
      return;
    }
    threads.execute(() -> copy(client, server));
    copy(server, client);
  }

  private void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException ended) {
      // either side went away; so does the other
    } finally {
      end(from);
      end(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException already) {
      // it is closed all the same
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
    cut();
    threads.shutdownNow();
  }
}
