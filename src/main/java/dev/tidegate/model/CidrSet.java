package dev.tidegate.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A set of addresses: blocks, each less its own exceptions, and unions of such. Building one sorts
 * and goes over the blocks once, so its time grows hardly faster than their number.
 */
final class CidrSet {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /** Addresses of one family, both ends inclusive. */
  private record Range(boolean ipv6, BigInteger first, BigInteger last) {}

  private final List<Range> ranges;

  private CidrSet(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** The addresses of {@code block} that are in none of {@code except}. */
  static CidrSet of(Cidr block, Collection<Cidr> except) {
    List<Cidr> holes =
        except.stream()
            .filter(hole -> hole.ipv6() == block.ipv6())
            .sorted(Comparator.comparing(Cidr::first))
            .toList();
    List<Range> left = new ArrayList<>();
    BigInteger next = block.first();
    for (Cidr hole : holes) {
      BigInteger before = hole.first().subtract(BigInteger.ONE).min(block.last());
      if (next.compareTo(before) <= 0) {
        left.add(new Range(block.ipv6(), next, before));
      }
      next = next.max(hole.last().add(BigInteger.ONE));
    }
    if (next.compareTo(block.last()) <= 0) {
      left.add(new Range(block.ipv6(), next, block.last()));
    }
    return new CidrSet(left);
  }

  /** The addresses that are in at least one of {@code sets}. */
  static CidrSet union(Collection<CidrSet> sets) {
    return new CidrSet(sets.stream().flatMap(set -> set.ranges.stream()).toList());
  }

  /** Whether every IPv4 address is in this. */
  boolean coversAllIpv4() {
    return covers(false, IPV4_BITS);
  }

  /** Whether every IPv6 address is in this. */
  boolean coversAllIpv6() {
    return covers(true, IPV6_BITS);
  }

  private boolean covers(boolean ipv6, int bits) {
    List<Range> sorted =
        ranges.stream()
            .filter(range -> range.ipv6() == ipv6)
            .sorted(Comparator.comparing(Range::first))
            .toList();
    BigInteger next = BigInteger.ZERO;
    for (Range range : sorted) {
      if (range.first().compareTo(next) > 0) {
        return false;
      }
      next = next.max(range.last().add(BigInteger.ONE));
    }
    return next.bitLength() > bits;
  }
}
