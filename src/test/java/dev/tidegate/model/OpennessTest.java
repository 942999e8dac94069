package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpennessTest {
  private static final Optional<LabelSelector> ALL = Optional.of(LabelSelector.EVERYTHING);
  private static final Optional<LabelSelector> SOME =
      Optional.of(new LabelSelector(Map.of("a", "b"), List.of()));

  private static boolean peers(NetworkRule.Peer... peers) {
    return Openness.isOpen(new NetworkRule(List.of(peers), List.of()));
  }

  private static NetworkRule.Addresses block(String cidr, String... except) {
    return new NetworkRule.Addresses(cidr, List.of(except));
  }

  /** Ports as {@code TCP}, {@code TCP/80} or {@code TCP/80-90}, with blanks between them. */
  private static boolean ports(String text) {
    return Openness.isOpen(
        new NetworkRule(List.of(), Stream.of(text.split(" ")).map(OpennessTest::port).toList()));
  }

  private static NetworkRule.Ports port(String text) {
    String[] parts = text.split("[/-]");
    return new NetworkRule.Ports(
        parts[0],
        parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(),
        parts.length > 2 ? Optional.of(Integer.valueOf(parts[2])) : Optional.empty());
  }

  @Test
  void noPeersAreEverybody() {
    assertThat(peers()).isTrue();
  }

  @Test
  void everyPodOfEveryNamespaceIsEverybody() {
    assertThat(peers(new NetworkRule.Pods(Optional.empty(), ALL))).isTrue();
    assertThat(peers(new NetworkRule.Pods(ALL, ALL))).isTrue();
    assertThat(peers(new NetworkRule.Pods(ALL, Optional.empty()))).isFalse();
    assertThat(peers(new NetworkRule.Pods(SOME, ALL))).isFalse();
    assertThat(peers(new NetworkRule.Pods(ALL, SOME))).isFalse();
    assertThat(peers(new NetworkRule.Pods(Optional.empty(), SOME))).isFalse();
  }

  @Test
  void oneOpenPeerAmongOthersIsEnough() {
    assertThat(
            peers(
                block("10.0.0.0/8"),
                new NetworkRule.Pods(SOME, SOME),
                new NetworkRule.Pods(Optional.empty(), ALL)))
        .isTrue();
  }

  @Test
  void blocksCountTogether() {
    assertThat(peers(block("0.0.0.0/0"))).isTrue();
    assertThat(peers(block("::/0"))).isTrue();
    assertThat(peers(block("0.0.0.0/1"), new NetworkRule.Pods(SOME, SOME), block("128.0.0.0/1")))
        .isTrue();
    assertThat(peers(block("0.0.0.0/1"))).isFalse();
    assertThat(peers(block("0.0.0.0/0", "10.0.0.0/8"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, true",
    "UDP, false",
    "UDP TCP, true",
    "SCTP UDP, false",
    "TCP/80, false",
    "TCP/1-65535, true",
    "TCP/0-65535, true",
    "TCP/2-65535, false",
    "TCP/1-65534, false",
    "TCP/1-99999, true",
    "TCP/1-2147483647, true",
    "UDP/1-65535, false",
    "TCP/1-100 TCP/101-65535, true",
    "TCP/101-65535 TCP/1-100, true",
    "TCP/1-100 TCP/102-65535, false",
    "TCP/1-60000 TCP/50-100 TCP/60001-65535, true",
    "TCP/1-65534 TCP/65535, true",
    "TCP/1-8 TCP/9-65535, true",
    "TCP/1-100 UDP/101-65535, false",
    "TCP/http, false",
    "TCP/http TCP, true",
    "TCP/999999-1000000, false"
  })
  void everyTcpPortIsEveryPort(String ports, boolean open) {
    assertThat(ports(ports)).isEqualTo(open);
  }

  @Test
  void anOpenPortIsNotEnoughWithoutOpenPeers() {
    assertThat(
            Openness.isOpen(
                new NetworkRule(List.of(new NetworkRule.Pods(SOME, SOME)), List.of(port("TCP")))))
        .isFalse();
  }
}
