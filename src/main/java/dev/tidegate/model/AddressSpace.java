package dev.tidegate.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether blocks of addresses together leave nothing out: {@code 0.0.0.0/1} and {@code 128.0.0.0/1}
 * allow as much as {@code 0.0.0.0/0}.
 */
public final class AddressSpace {
  private AddressSpace() {}

  /**
   * Whether {@code blocks} cover all IPv4 addresses, or all IPv6 addresses.
   *
   * <p>What cannot be read counts on the strict side, since nobody knows what a network plugin
   * makes of it: such a block covers everything, such an exception leaves out nothing. Otherwise a
   * block in an odd spelling would pass an open policy off as isolation.
   */
  public static boolean isCoveredBy(List<NetworkRule.Addresses> blocks) {
    List<CidrSet> sets = new ArrayList<>();
    for (NetworkRule.Addresses block : blocks) {
      try {
        sets.add(CidrSet.of(Cidr.parse(block.cidr()), readable(block.except())));
      } catch (BadValue _) {
        return true;
      }
    }
    CidrSet all = CidrSet.union(sets);
    return all.coversAllIpv4() || all.coversAllIpv6();
  }

  private static List<Cidr> readable(List<String> exceptions) {
    List<Cidr> readable = new ArrayList<>();
    for (String exception : exceptions) {
      try {
        readable.add(Cidr.parse(exception));
      } catch (BadValue _) {
        // An exception that cannot be read takes nothing out of the block: the stricter reading.
      }
    }
    return readable;
  }
}
