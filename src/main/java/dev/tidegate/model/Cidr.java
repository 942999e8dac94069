package dev.tidegate.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A block of addresses in CIDR notation (RFC 4632, RFC 4291), read from its digits alone: no name
 * is ever looked up. As the API server does for NetworkPolicies, leading zeros are taken as decimal
 * and bits behind the prefix are ignored.
 *
 * @param ipv6 whether it is of IPv6, and otherwise of IPv4
 * @param first its first address as a number
 * @param last its last address, inclusive
 */
record Cidr(boolean ipv6, BigInteger first, BigInteger last) {
  /** All that Kubernetes can write has fewer characters by far. */
  private static final int LONGEST = 128;

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;
  private static final int GROUPS = 8;

  /** The upper 96 bits of IPv4 addresses that are written as IPv6: {@code ::ffff:0:0/96}. */
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffff);

  /**
   * Reads a block.
   *
   * @throws BadValue if it is none, or if it is an IPv4 block written as IPv6, which network
   *     plugins read in different ways
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (text.length() > LONGEST || slash < 0) {
      throw bad(text, "it is not an address, a slash and a number of bits");
    }
    boolean ipv6 = text.indexOf(':') >= 0;
    String address = text.substring(0, slash);
    BigInteger number = ipv6 ? ipv6(text, address) : ipv4(text, address);
    int bits = ipv6 ? IPV6_BITS : IPV4_BITS;
    int prefix = number(text, text.substring(slash + 1), 10, bits);
    if (ipv6 && prefix >= IPV6_BITS - IPV4_BITS && number.shiftRight(IPV4_BITS).equals(MAPPED)) {
      throw bad(text, "it is an IPv4 block in the form of IPv6");
    }
    int behind = bits - prefix;
    BigInteger first = number.shiftRight(behind).shiftLeft(behind);
    return new Cidr(
        ipv6, first, first.add(BigInteger.ONE.shiftLeft(behind)).subtract(BigInteger.ONE));
  }

  private static BigInteger ipv4(String text, String address) {
    String[] octets = address.split("\\.", -1);
    if (octets.length != 4) {
      throw bad(text, "an IPv4 address has four numbers");
    }
    BigInteger number = BigInteger.ZERO;
    for (String octet : octets) {
      number = number.shiftLeft(8).add(BigInteger.valueOf(number(text, octet, 10, 255)));
    }
    return number;
  }

  private static BigInteger ipv6(String text, String address) {
    int gap = address.indexOf("::");
    List<Integer> groups = new ArrayList<>();
    if (gap < 0) {
      groups.addAll(groups(text, address, true));
    } else {
      groups.addAll(groups(text, address.substring(0, gap), false));
      List<Integer> tail = groups(text, address.substring(gap + 2), true);
      int zeros = GROUPS - groups.size() - tail.size();
      if (zeros < 1) {
        throw bad(text, "its :: stands for nothing");
      }
      groups.addAll(Collections.nCopies(zeros, 0));
      groups.addAll(tail);
    }
    if (groups.size() != GROUPS) {
      throw bad(text, "an IPv6 address has eight groups");
    }
    BigInteger number = BigInteger.ZERO;
    for (int group : groups) {
      number = number.shiftLeft(16).add(BigInteger.valueOf(group));
    }
    return number;
  }

  /** Groups between single colons; at the end an IPv4 address may stand for the last two. */
  private static List<Integer> groups(String text, String part, boolean end) {
    List<Integer> groups = new ArrayList<>();
    if (part.isEmpty()) {
      return groups;
    }
    String[] written = part.split(":", -1);
    for (int i = 0; i < written.length; i++) {
      if (end && i == written.length - 1 && written[i].indexOf('.') >= 0) {
        int last = ipv4(text, written[i]).intValue();
        groups.add(last >>> 16);
        groups.add(last & 0xffff);
      } else {
        groups.add(number(text, written[i], 16, 0xffff));
      }
    }
    return groups;
  }

  private static int number(String text, String digits, int radix, int most) {
    int number = 0;
    for (int i = 0; i < digits.length() && number <= most; i++) {
      char c = digits.charAt(i);
      // Character.digit takes the digits of every script.
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        throw bad(text, PlainText.quote(digits) + " is not a number");
      }
      number = radix * number + digit;
    }
    if (digits.isEmpty() || number > most) {
      throw bad(text, PlainText.quote(digits) + " is not between 0 and " + most);
    }
    return number;
  }

  private static BadValue bad(String text, String why) {
    return new BadValue(
        PlainText.quote(text) + " is not a block of addresses: " + why,
        "write it like 10.0.0.0/8 or 2001:db8::/32");
  }
}
