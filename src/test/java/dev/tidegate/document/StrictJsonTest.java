package dev.tidegate.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.document.StrictJson.Broken;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrictJsonTest {
  private static void broken(byte[] json, String how) {
    assertThatThrownBy(() -> StrictJson.read(json))
        .isInstanceOf(Broken.class)
        .hasMessageContaining(how);
  }

  @Test
  void readsUtf8() throws Broken {
    assertThat(StrictJson.object("{\"a\":\"\u6f6e\"}".getBytes(UTF_8)).get("a").textValue())
        .isEqualTo("\u6f6e");
  }

  @Test
  void otherEncodingsAreNotGuessed() {
    for (Charset other :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, Charset.forName("UTF-32"))) {
      broken("{\"a\":1}".getBytes(other), "not JSON");
    }
    broken("\ufeff{}".getBytes(UTF_8), "not JSON");
  }

  @Test
  void brokenEncodings() {
    // Bytes that look like the start of UTF-32, found by fuzzing.
    broken(HexFormat.of().parseHex("000000000000006cdb2e636f6d"), "it is not UTF-8");
    broken(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}, "it is not UTF-8");
  }

  @Test
  void leavesNothingToChoose() {
    broken("{\"a\":1,\"a\":2}".getBytes(UTF_8), "Duplicate");
    broken("{} {}".getBytes(UTF_8), "not JSON");
    broken(new byte[0], "empty");
    assertThatThrownBy(() -> StrictJson.object("[]".getBytes(UTF_8)))
        .isInstanceOf(Broken.class)
        .hasMessageContaining("no object");
  }
}
