package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The user that an image starts as where the pod says nothing: USER in its configuration. Of an
 * index, the least favourable of all images that could run, those of indexes in it included.
 */
sealed interface ImageUser {
  /** A number other than 0. */
  record Numeric() implements ImageUser {}

  /** 0, {@code root}, or nothing, which means the same. */
  record Root() implements ImageUser {}

  /** A name, which only the files inside the image map to a number. */
  record Name(String name) implements ImageUser {}

  /** The text of the image has no digest, so what runs may be another image. */
  record NotPinned() implements ImageUser {}

  /** It cannot be known at the moment. */
  record NotKnown(List<Doubt> doubts) implements ImageUser {
    public NotKnown {
      doubts = List.copyOf(doubts);
    }
  }

  /** User and group, of which only the user matters. */
  Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** The user of the image of {@code container}. */
  static ImageUser of(Container container, Subject subject, Facts facts) {
    return switch (Images.of(container, facts)) {
      case Images.Content content when !content.byDigest() && !subject.pinnedLater() ->
          new NotPinned();
      case Images.Content content -> of(content.image(), facts);
      case Images.NotKnown unknown -> new NotKnown(List.of(unknown.doubt()));
      // What does not exist starts as nobody; other checks say what is wrong with it.
      case Images.NoSuchTag none -> new NotPinned();
      case Images.Illegible bad -> new NotPinned();
    };
  }

  private static ImageUser of(PinnedImage image, Facts facts) {
    // Both are asked for at once: most images are no index, and then the second answers.
    Evidence<ImageConfig> config = facts.get(new Config(image));
    Parts parts = Parts.of(image, ImageManifest.Child::runnable, facts);
    return parts.index() ? worst(parts, facts) : of(image, config);
  }

  private static ImageUser of(PinnedImage image, Evidence<ImageConfig> config) {
    return switch (config) {
      case Evidence.Present<ImageConfig> present -> read(present.value().user());
      case Evidence.Absent<ImageConfig> none -> new NotKnown(List.of(absent(image)));
      case Evidence.Unavailable<ImageConfig>(Doubt doubt) -> new NotKnown(List.of(doubt));
    };
  }

  private static ImageUser worst(Parts parts, Facts facts) {
    List<Doubt> doubts = new ArrayList<>(parts.doubts());
    parts.absent().forEach(one -> doubts.add(absent(one)));
    for (PinnedImage hollow : parts.hollow()) {
      doubts.add(Doubt.of(Cause.MALFORMED, "the index " + hollow + " has no image that could run"));
    }
    ImageUser worst = new Numeric();
    for (Parts.Part part : parts.images()) {
      switch (of(part.image(), facts.get(new Config(part.image())))) {
        case NotKnown unknown -> doubts.addAll(unknown.doubts());
        case Root root -> worst = root;
        case Name name -> worst = worst instanceof Root ? worst : name;
        case Numeric number -> {}
        case NotPinned never -> {}
      }
    }
    // What is wrong is wrong whatever else is not known.
    return worst instanceof Numeric && !doubts.isEmpty() ? new NotKnown(doubts) : worst;
  }

  private static Doubt absent(PinnedImage image) {
    return Doubt.of(Cause.MALFORMED, "the registry does not have the image " + image);
  }

  /** USER as images have it: {@code uid}, {@code name}, either with {@code :group} behind it. */
  static ImageUser read(String written) {
    int colon = written.indexOf(':');
    String user = colon < 0 ? written : written.substring(0, colon);
    if (user.isEmpty() || user.equals("root")) {
      return new Root();
    }
    if (!NUMBER.matcher(user).matches()) {
      return new Name(user);
    }
    long uid = Long.parseLong(user);
    return uid == 0 ? new Root() : uid > Integer.MAX_VALUE ? new Name(user) : new Numeric();
  }
}
