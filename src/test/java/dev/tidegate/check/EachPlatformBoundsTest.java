package dev.tidegate.check;

import static dev.tidegate.check.IndexedImages.CI;
import static dev.tidegate.check.IndexedImages.IMAGE;
import static dev.tidegate.check.IndexedImages.INDEX;
import static dev.tidegate.check.IndexedImages.WEB;
import static dev.tidegate.check.IndexedImages.child;
import static dev.tidegate.check.IndexedImages.findings;
import static dev.tidegate.check.IndexedImages.image;
import static dev.tidegate.check.IndexedImages.index;
import static dev.tidegate.check.IndexedImages.passes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.IndexedImages.Kind;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.FakeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code platforms: each} over indexes that are as large, deep or entangled as they may be, and
 * more.
 */
class EachPlatformBoundsTest {
  private static List<PinnedImage> many(int count) {
    return IntStream.range(0, count).mapToObj(i -> image("%064x".formatted(i + 1000))).toList();
  }

  private static List<ImageManifest.Child> children(List<PinnedImage> images) {
    return images.stream().map(one -> child(one, IMAGE, "linux/amd64")).toList();
  }

  /** As many as there may be, each told of up to a bound; one more is too many to judge. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void T19_partsAndFindingsAboutThemHaveABound(Kind kind) {
    List<PinnedImage> parts = many(IndexWalk.MOST);
    FakeFacts facts = kind.made(index(FakeFacts.none(), WEB, children(parts)), WEB, CI);
    parts.forEach(one -> facts.absent(new Signatures(one)));
    List<Finding> found = findings(kind.each(facts));
    assertThat(found).hasSize(PartsJudging.MOST_TOLD + 1);
    assertThat(found.getLast().problem())
        .startsWith(WEB + " has 54 more parts that lack the same (linux/amd64, linux/amd64,")
        .endsWith("and 49 more)");
    parts.forEach(one -> kind.made(facts, one, CI));
    passes(kind.each(facts));

    FakeFacts more = kind.made(FakeFacts.none(), WEB, CI);
    index(more, WEB, children(many(IndexWalk.MOST + 1)));
    assertThat(kind.each(more))
        .isEqualTo(
            Outcome.unknown(
                Doubt.of(
                    Cause.TOO_LARGE, WEB + " has more than 64 images, too many to judge each")));
  }

  /** Three documents that name each other 64 times would be a quarter of a million parts. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void T19_indexesThatNameEachOtherOftenAreNotFollowedForEver(Kind kind) {
    FakeFacts facts = kind.made(FakeFacts.none(), WEB, CI);
    List<PinnedImage> levels = List.of(WEB, image('1'), image('2'), image('3'));
    for (int i = 0; i + 1 < levels.size(); i++) {
      List<ImageManifest.Child> same = new ArrayList<>();
      for (int n = 0; n < 64; n++) {
        same.add(child(levels.get(i + 1), INDEX, "linux/amd64"));
      }
      index(facts, levels.get(i), same);
      kind.made(facts, levels.get(i + 1), CI);
    }
    assertThat(kind.each(facts)).isInstanceOf(Outcome.Unknown.class);
    assertThat(facts.asked()).hasSizeLessThan(1000);
    assertThat(facts.asked().stream().filter(Manifest.class::isInstance))
        .hasSizeLessThanOrEqualTo(IndexWalk.MOST + 1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void T19_indexesInIndexesHaveADepth(Kind kind) {
    FakeFacts facts = kind.made(FakeFacts.none(), WEB, CI);
    List<PinnedImage> levels = List.of(WEB, image('1'), image('2'), image('3'), image('4'));
    for (int i = 0; i + 1 < levels.size(); i++) {
      boolean last = i + 2 == levels.size();
      index(facts, levels.get(i), List.of(child(levels.get(i + 1), last ? IMAGE : INDEX, "")));
      kind.made(facts, levels.get(i + 1), CI);
    }
    assertThat(kind.each(facts))
        .isEqualTo(
            Outcome.unknown(
                Doubt.of(Cause.TOO_LARGE, WEB + " has indexes in indexes, deeper than 3")));
    index(facts, image('2'), List.of(child(image('4'), IMAGE, "linux/amd64")));
    passes(kind.each(facts));
  }
}
