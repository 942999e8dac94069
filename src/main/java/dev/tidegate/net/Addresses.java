package dev.tidegate.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Which addresses belong to the public Internet. Hosts that others name (targets of redirects) may
 * be nothing else, or the gate could be sent to its neighbours, to itself, or to the metadata
 * service of the cloud that it runs in.
 */
final class Addresses {
  private Addresses() {}

  /** Whether {@code address} is public unicast (IANA special-purpose address registries). */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return switch (address) {
      case Inet4Address v4 -> isPublic4(v4.getAddress());
      case Inet6Address v6 -> isPublic6(v6.getAddress());
      default -> false;
    };
  }

  private static boolean isPublic4(byte[] address) {
    int a = address[0] & 0xff;
    int b = address[1] & 0xff;
    int c = address[2] & 0xff;
    boolean special =
        a == 0
            || (a == 100 && b >= 64 && b < 128) // shared address space, RFC 6598
            || (a == 192 && b == 0 && (c == 0 || c == 2))
            || (a == 192 && b == 88 && c == 99)
            || (a == 198 && (b == 18 || b == 19))
            || (a == 198 && b == 51 && c == 100)
            || (a == 203 && b == 0 && c == 113)
            || a >= 240;
    return !special;
  }

  /** Only 2000::/3, without what carries IPv4 addresses inside or is for documents. */
  private static boolean isPublic6(byte[] address) {
    int first = (address[0] & 0xff) << 8 | (address[1] & 0xff);
    int second = (address[2] & 0xff) << 8 | (address[3] & 0xff);
    return (first & 0xe000) == 0x2000
        && first != 0x2002 // 6to4
        && !(first == 0x2001 && second < 0x0200) // Teredo, benchmarking, ORCHID
        && !(first == 0x2001 && second == 0x0db8)
        && (first & 0xfff0) != 0x3ff0; // documentation, RFC 9637
  }
}
