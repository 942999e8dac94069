package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.NetworkRule.Addresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSpaceTest {
  /** Blocks by blanks, each with its exceptions after exclamation marks. */
  private static boolean covered(String blocks) {
    return AddressSpace.isCoveredBy(
        Arrays.stream(blocks.trim().split(" +"))
            .map(block -> List.of(block.split("!")))
            .map(parts -> new Addresses(parts.getFirst(), parts.subList(1, parts.size())))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "::/0",
        "1.2.3.4/0",
        "2001:db8::1/0",
        "0.0.0.0/1 128.0.0.0/1",
        "128.0.0.0/1 0.0.0.0/1",
        "0.0.0.0/2 64.0.0.0/2 128.0.0.0/1",
        "::/1 8000::/1",
        "10.0.0.0/8 0.0.0.0/0",
        "0.0.0.0/0!10.0.0.0/8 10.0.0.0/8",
        "0.0.0.0/0!10.0.0.0/8 10.0.0.0/9 10.128.0.0/9",
        "0.0.0.0/0!10.0.0.0/8 0.0.0.0/0!11.0.0.0/8",
        "0.0.0.0/0!::1/128",
        "::/0!10.0.0.0/8",
        "00.0.0.0/00",
        "0000.000.0.0/0000",
        "0:0:0:0:0:0:0:0/0",
        "::0.0.0.0/0"
      })
  void everythingIsCovered(String blocks) {
    assertThat(covered(blocks)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/8",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "0.0.0.0/1 ::/1",
        "0.0.0.0/1 8000::/1",
        "0.0.0.0/0!10.0.0.0/8",
        "0.0.0.0/0!0.0.0.0/32",
        "0.0.0.0/0!255.255.255.255/32",
        "0.0.0.0/0!0.0.0.0/0",
        "0.0.0.0/0!1.2.3.4/32!1.2.3.4/32!0.0.0.0/1",
        "::/0!2001:db8::/32",
        "::/0!ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
        "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 240.0.0.0/4",
        "0.0.0.0/0!10.0.0.0/8 10.0.0.0/9",
        "127.0.0.1/32 ::1/128",
        "010.0.0.0/8"
      })
  void somethingIsLeftOut(String blocks) {
    assertThat(covered(blocks)).isFalse();
  }

  @Test
  void noBlockCoversNothing() {
    assertThat(AddressSpace.isCoveredBy(List.of())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "0.0.0.0",
        "0.0.0.0/",
        "/0",
        "0.0.0.0/33",
        "0.0.0.0/-1",
        "0.0.0.0/+1",
        "0.0.0.0/ 0",
        "0.0.0/0",
        "0.0.0.0.0/0",
        "256.0.0.0/8",
        "0.0.0.0x/0",
        "0x0.0.0.0/0",
        "1..0.0/0",
        "0/0",
        "localhost/0",
        "example.com/0",
        "::/129",
        ":/0",
        ":::/0",
        "1::2::3/0",
        "g::/0",
        "1:2:3/0",
        "1:2:3:4:5:6:7:8:9/0",
        "1:2:3:4:5:6:7::8/0",
        "10000::/16",
        "::1.2.3/0",
        "1.2.3.4::/0",
        "fe80::1%eth0/64",
        "[::]/0",
        "::ffff:0:0/96",
        "::ffff:10.0.0.0/104",
        "０.0.0.0/0",
        "0.0.0.0/٠",
        "0.0.0.0/0/0",
        "999999999999999999999.0.0.0/0"
      })
  void whatCannotBeReadCountsOnTheStrictSide(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("is not a block of addresses")
        .hasMessageEndingWith("write it like 10.0.0.0/8 or 2001:db8::/32");
    assertThat(AddressSpace.isCoveredBy(List.of(new Addresses(text, List.of())))).isTrue();
    assertThat(AddressSpace.isCoveredBy(List.of(new Addresses("0.0.0.0/0", List.of(text)))))
        .isTrue();
    assertThat(AddressSpace.isCoveredBy(List.of(new Addresses("10.0.0.0/8", List.of(text)))))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8",
    "2001:DB8::1/32, 2001:db8:0:0:0:0:0:0/32",
    "::1.2.3.4/128, 0:0:0:0:0:0:102:304/128",
    "::ffff:1:0:0/80, 0:0:0:0:ffff:0:0:0/80",
    "1::/16, 1:0::0:0/16"
  })
  void spellingsOfOneBlockAreEqual(String one, String other) {
    assertThat(Cidr.parse(one)).isEqualTo(Cidr.parse(other));
  }

  @Test
  void aLongTextIsRefused() {
    assertThat(Cidr.parse("0".repeat(119) + ".0.0.0/0")).isEqualTo(Cidr.parse("0.0.0.0/0"));
    assertThatThrownBy(() -> Cidr.parse("0".repeat(1_000_000) + ".0.0.0/0"))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void manyExceptionsAreDecided() {
    List<String> except =
        new ArrayList<>(
            IntStream.range(0, 50_000)
                .mapToObj(i -> "10." + (i >> 8) + "." + (i & 255) + ".0/25")
                .toList());
    Collections.shuffle(except, new Random(1));
    Addresses most = new Addresses("0.0.0.0/0", except);
    assertThat(AddressSpace.isCoveredBy(List.of(most))).isFalse();
    assertThat(AddressSpace.isCoveredBy(List.of(most, new Addresses("10.0.0.0/8", List.of()))))
        .isTrue();
  }

  @Test
  void coverageIsThatOfEverySingleAddress() {
    Random random = new Random(4);
    int covered = 0;
    for (int round = 0; round < 5_000; round++) {
      boolean[] in = new boolean[16];
      List<Addresses> blocks = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int[] block = {random.nextInt(16), random.nextInt(3)};
        boolean[] own = new boolean[16];
        mark(own, block, true);
        List<String> except = new ArrayList<>();
        for (int j = random.nextInt(3); j > 0; j--) {
          int[] hole = {random.nextInt(16), 1 + random.nextInt(4)};
          mark(own, hole, false);
          except.add(text(hole));
        }
        blocks.add(new Addresses(text(block), except));
        for (int a = 0; a < 16; a++) {
          in[a] |= own[a];
        }
      }
      boolean expected = IntStream.range(0, 16).allMatch(a -> in[a]);
      assertThat(AddressSpace.isCoveredBy(blocks)).as("%s", blocks).isEqualTo(expected);
      covered += expected ? 1 : 0;
    }
    assertThat(covered).isBetween(500, 4_500);
  }

  /** Sixteen addresses stand for all: those with the same first four bits. */
  private static void mark(boolean[] in, int[] block, boolean value) {
    int width = 16 >> block[1];
    int first = block[0] / width * width;
    Arrays.fill(in, first, first + width, value);
  }

  private static String text(int[] block) {
    return (block[0] << 4) + ".0.0.0/" + block[1];
  }
}
