package dev.tidegate.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether blocks of addresses together leave nothing out: {@code 0.0.0.0/1} and {@code 128.0.0.0/1}
 * allow as much as {@code 0.0.0.0/0}.
 */
public final class AddressSpace {
  private static final int LONGEST = 64;

  private AddressSpace() {}

  /** An inclusive range of addresses of one family. */
  private record Range(BigInteger first, BigInteger last) {}

  /**
   * Whether {@code blocks} cover all IPv4 addresses, or all IPv6 addresses. A block that is not in
   * CIDR notation covers nothing; the API server refuses it anyway.
   */
  public static boolean isCoveredBy(List<NetworkRule.Addresses> blocks) {
    return covers(blocks, 32) || covers(blocks, 128);
  }

  private static boolean covers(List<NetworkRule.Addresses> blocks, int bits) {
    List<Range> allowed = new ArrayList<>();
    for (NetworkRule.Addresses block : blocks) {
      List<Range> left = new ArrayList<>();
      range(block.cidr(), bits).ifPresent(left::add);
      for (String except : block.except()) {
        Optional<Range> hole = range(except, bits);
        if (hole.isPresent()) {
          left = without(left, hole.get());
        }
      }
      allowed.addAll(left);
    }
    allowed.sort(Comparator.comparing(Range::first));
    BigInteger next = BigInteger.ZERO;
    for (Range range : allowed) {
      if (range.first().compareTo(next) > 0) {
        return false;
      }
      next = next.max(range.last().add(BigInteger.ONE));
    }
    return next.compareTo(BigInteger.ONE.shiftLeft(bits)) >= 0;
  }

  private static List<Range> without(List<Range> ranges, Range hole) {
    List<Range> left = new ArrayList<>();
    for (Range range : ranges) {
      if (hole.last().compareTo(range.first()) < 0 || hole.first().compareTo(range.last()) > 0) {
        left.add(range);
        continue;
      }
      if (range.first().compareTo(hole.first()) < 0) {
        left.add(new Range(range.first(), hole.first().subtract(BigInteger.ONE)));
      }
      if (range.last().compareTo(hole.last()) > 0) {
        left.add(new Range(hole.last().add(BigInteger.ONE), range.last()));
      }
    }
    return left;
  }

  private static Optional<Range> range(String cidr, int bits) {
    int slash = cidr.indexOf('/');
    if (cidr.length() > LONGEST || slash < 0) {
      return Optional.empty();
    }
    Optional<BigInteger> address =
        bits == 32 ? ipv4(cidr.substring(0, slash)) : ipv6(cidr.substring(0, slash));
    Optional<Integer> prefix = number(cidr.substring(slash + 1), bits);
    if (address.isEmpty() || prefix.isEmpty()) {
      return Optional.empty();
    }
    int host = bits - prefix.get();
    BigInteger first = address.get().shiftRight(host).shiftLeft(host);
    return Optional.of(
        new Range(first, first.add(BigInteger.ONE.shiftLeft(host)).subtract(BigInteger.ONE)));
  }

  private static Optional<BigInteger> ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    BigInteger address = BigInteger.ZERO;
    for (String part : parts) {
      Optional<Integer> octet = number(part, 255);
      if (octet.isEmpty()) {
        return Optional.empty();
      }
      address = address.shiftLeft(8).add(BigInteger.valueOf(octet.get()));
    }
    return Optional.of(address);
  }

  private static Optional<BigInteger> ipv6(String text) {
    int gap = text.indexOf("::");
    List<String> groups = new ArrayList<>();
    if (gap < 0) {
      groups.addAll(List.of(text.split(":", -1)));
    } else {
      List<String> head = gap == 0 ? List.of() : List.of(text.substring(0, gap).split(":", -1));
      String after = text.substring(gap + 2);
      List<String> tail = after.isEmpty() ? List.of() : List.of(after.split(":", -1));
      groups.addAll(head);
      groups.addAll(Collections.nCopies(Math.max(0, 8 - head.size() - tail.size()), "0"));
      groups.addAll(tail);
    }
    if (groups.size() != 8) {
      return Optional.empty();
    }
    BigInteger address = BigInteger.ZERO;
    for (String group : groups) {
      if (group.isEmpty()
          || group.length() > 4
          || !group.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
        return Optional.empty();
      }
      address = address.shiftLeft(16).add(BigInteger.valueOf(Integer.parseInt(group, 16)));
    }
    return Optional.of(address);
  }

  private static Optional<Integer> number(String text, int most) {
    if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int number = Integer.parseInt(text);
    return number <= most ? Optional.of(number) : Optional.empty();
  }
}
