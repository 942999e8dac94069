package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KillSwitchTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("mode");
  }

  @ParameterizedTest
  @EnumSource(GlobalMode.class)
  void withoutAFileTheGivenModeHolds(GlobalMode atFirst) {
    KillSwitch mode = new KillSwitch(file(), atFirst);
    assertThat(mode.poll()).isFalse();
    assertThat(mode.current()).isEqualTo(atFirst);
    assertThat(mode.problem()).isEmpty();
  }

  @Test
  void theFileSwitchesBothWays() throws IOException {
    KillSwitch mode = new KillSwitch(file(), GlobalMode.ENFORCE);
    Files.writeString(file(), "audit\n");
    assertThat(mode.poll()).isTrue();
    assertThat(mode.current()).isEqualTo(GlobalMode.AUDIT);
    assertThat(mode.poll()).isFalse();
    Files.writeString(file(), "  enforce");
    assertThat(mode.poll()).isTrue();
    assertThat(mode.current()).isEqualTo(GlobalMode.ENFORCE);
    assertThat(mode.problem()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Audit", "off", "audit enforce", "enforce\u0000"})
  void whatIsNoModeChangesNothing(String content) throws IOException {
    KillSwitch mode = new KillSwitch(file(), GlobalMode.ENFORCE);
    Files.writeString(file(), "audit");
    mode.poll();
    Files.writeString(file(), content);
    assertThat(mode.poll()).isFalse();
    assertThat(mode.current()).isEqualTo(GlobalMode.AUDIT);
    assertThat(mode.problem().orElseThrow().toString())
        .contains("is not a mode; audit stays in force.")
        .endsWith("Fix: write one word, enforce or audit.");
  }

  @Test
  void aLongFileIsNoMode() throws IOException {
    KillSwitch mode = new KillSwitch(file(), GlobalMode.ENFORCE);
    Files.writeString(file(), "audit" + " ".repeat(1 << 20) + "enforce");
    mode.poll();
    assertThat(mode.current()).isEqualTo(GlobalMode.ENFORCE);
    assertThat(mode.problem()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"64, AUDIT", "65, ENFORCE"})
  void aFileHasABound(int bytes, GlobalMode inForce) throws IOException {
    KillSwitch mode = new KillSwitch(file(), GlobalMode.ENFORCE);
    Files.writeString(file(), "audit" + " ".repeat(bytes - "audit".length()));
    mode.poll();
    assertThat(mode.current()).isEqualTo(inForce);
    assertThat(mode.problem().isPresent()).isEqualTo(inForce == GlobalMode.ENFORCE);
  }

  @Test
  void aFileThatVanishesOrIsNoneChangesNothing() throws IOException {
    KillSwitch mode = new KillSwitch(file(), GlobalMode.ENFORCE);
    Files.writeString(file(), "audit");
    mode.poll();
    Files.delete(file());
    assertThat(mode.poll()).isFalse();
    assertThat(mode.current()).isEqualTo(GlobalMode.AUDIT);
    assertThat(mode.problem().orElseThrow().message())
        .isEqualTo("the file is gone; audit stays in force.");
    Files.createDirectory(file());
    assertThat(mode.poll()).isFalse();
    assertThat(mode.problem().orElseThrow().message())
        .isEqualTo("cannot be read: it is not a file; audit stays in force.");
  }
}
