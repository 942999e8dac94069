package dev.tidegate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.IndexWalk.Entered;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The one way through an index, and where it ends. */
class IndexWalkTest {
  private final IndexWalk<String> walk = new IndexWalk<>("root");

  @Test
  void levelByLevelInTheOrderOfTheIndexes() {
    assertThat(walk.level()).containsExactly("root");
    assertThat(walk.enter(List.of("a", "b"))).isEqualTo(Entered.WHOLE);
    assertThat(walk.level()).as("until all of the level was looked at").containsExactly("root");
    walk.down();
    assertThat(walk.level()).containsExactly("a", "b");
    assertThat(walk.enter(List.of("c"))).isEqualTo(Entered.WHOLE);
    assertThat(walk.enter(List.of())).isEqualTo(Entered.WHOLE);
    assertThat(walk.enter(List.of("d"))).isEqualTo(Entered.WHOLE);
    walk.down();
    assertThat(walk.level()).containsExactly("c", "d");
    walk.down();
    assertThat(walk.level()).isEmpty();
  }

  @Test
  void partsOfAllLevelsCountTogetherAndTheRestIsLeftOut() {
    assertThat(walk.enter(Collections.nCopies(IndexWalk.MOST - 1, "a"))).isEqualTo(Entered.WHOLE);
    walk.down();
    assertThat(walk.enter(List.of("b", "c"))).isEqualTo(Entered.TOO_MANY);
    assertThat(walk.enter(List.of("d"))).isEqualTo(Entered.TOO_MANY);
    walk.down();
    assertThat(walk.level()).containsExactly("b");
  }

  @Test
  void anIndexBehindTooManyOthersIsNotEntered() {
    for (int depth = 0; depth < IndexWalk.DEEPEST; depth++) {
      assertThat(walk.enter(List.of("index"))).isEqualTo(Entered.WHOLE);
      walk.down();
    }
    assertThat(walk.level()).containsExactly("index");
    assertThat(walk.enter(List.of("image"))).isEqualTo(Entered.TOO_DEEP);
    walk.down();
    assertThat(walk.level()).isEmpty();
  }

  @Test
  void whoHasSeenEnoughEndsIt() {
    assertThat(walk.enter(List.of("a"))).isEqualTo(Entered.WHOLE);
    walk.end();
    assertThat(walk.level()).isEmpty();
    walk.down();
    assertThat(walk.level()).isEmpty();
  }
}
