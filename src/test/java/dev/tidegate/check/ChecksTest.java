package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidegate.document.Field;
import dev.tidegate.model.Input;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksTest {
  @Test
  void theseAreTheChecks() {
    assertThat(Checks.all().all())
        .extracting(check -> check.descriptor().id())
        .containsExactly(
            "imageReference",
            "imageSignature",
            "imageAttestation",
            "imageScan",
            "nonRoot",
            "resourceLimits",
            "networkPolicy");
    assertThat(Checks.all().find("nonRoot")).containsInstanceOf(NonRoot.class);
    assertThat(Checks.all().find("nonroot")).isEmpty();
  }

  @Test
  void everyCheckExplainsItselfInThreeParagraphs() {
    for (Check<?> check : Checks.all().all()) {
      CheckDescriptor descriptor = check.descriptor();
      assertThat(descriptor.title()).isNotBlank();
      assertThat(descriptor.about()).hasSize(3).allSatisfy(text -> assertThat(text).endsWith("."));
      assertThat(descriptor.inputs()).contains(Input.EXEMPTION_BASIS);
    }
  }

  @Test
  void everyParameterIsDescribed() {
    for (Check<?> check : Checks.all().all()) {
      for (RecordComponent component : check.parameters().getRecordComponents()) {
        Field field = component.getAnnotation(Field.class);
        assertThat(field).as(check.descriptor().id() + "." + component.getName()).isNotNull();
        assertThat(field.value()).endsWith(".");
      }
    }
  }

  @Test
  void twoChecksOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckRegistry.of(List.of(new NonRoot(), new NonRoot())))
        .withMessage("two checks are called nonRoot");
  }

  @Test
  void listsInSentencesAreBounded() {
    assertThat(Words.and(List.of())).isEmpty();
    assertThat(Words.and(List.of("a"))).isEqualTo("a");
    assertThat(Words.and(List.of("a", "b"))).isEqualTo("a and b");
    assertThat(Words.and(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    assertThat(Words.some(List.of("a", "b"), 2)).isEqualTo("a, b");
    assertThat(Words.some(List.of("a", "b", "c"), 2)).isEqualTo("a, b and 1 more");
  }
}
