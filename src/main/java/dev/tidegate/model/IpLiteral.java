package dev.tidegate.model;

import java.net.InetAddress;

/** IP addresses as texts that can be compared. */
public final class IpLiteral {
  private IpLiteral() {}

  /**
   * {@code literal} in its one form: {@code ::1} and {@code 0:0:0:0:0:0:0:1} are the same.
   *
   * @throws IllegalArgumentException if it is no IP address; names are never looked up
   */
  public static String canonical(String literal) {
    return InetAddress.ofLiteral(literal.strip()).getHostAddress();
  }
}
