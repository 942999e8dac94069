package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  @Test
  void thisJavaPasses() {
    assertThat(SelfTest.passes(InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"))))
        .isTrue();
  }
}
