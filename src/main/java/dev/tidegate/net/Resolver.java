package dev.tidegate.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Host names to addresses. */
@FunctionalInterface
public interface Resolver {
  /** The addresses of {@code host}. */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
