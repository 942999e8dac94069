package dev.tidegate.admission;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.FuzzTarget;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Fuzzes what the API server sends. */
public final class AdmissionFuzz {
  private static final ReviewReader READER = new ReviewReader(100);

  private AdmissionFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(FuzzTarget.of("admission-review", seeds(), AdmissionFuzz::review));
  }

  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (String file : List.of("good", "deployment", "istio-exempted", "ephemeral")) {
      Manifests manifests = new Manifests();
      manifests.read(
          file,
          new String(
              FuzzTarget.resource("demo/cases/" + file + ".yaml"),
              java.nio.charset.StandardCharsets.UTF_8));
      for (Manifest manifest : manifests.objects()) {
        ObjectNode review = Reviews.create(manifest.object());
        seeds.add(FuzzTarget.utf8(review.toString()));
      }
    }
    return seeds;
  }

  private static void review(byte[] data) throws Exception {
    Reading reading = READER.read(Slice.of(data));
    // Where it stands in a larger array makes no difference.
    byte[] within = new byte[data.length + 7];
    Arrays.fill(within, (byte) '{');
    System.arraycopy(data, 0, within, 3, data.length);
    Reading again = READER.read(new Slice(within, 3, data.length));
    same(reading.getClass(), again.getClass(), "elsewhere");
    switch (reading) {
      case Reading.Illegible illegible -> must(!illegible.doubt().tried().isBlank(), "no reason");
      case Reading.Understood understood -> {
        Review review = understood.review();
        must(!review.uid().isEmpty() && review.uid().length() <= 128, "a uid without bounds");
        same(Optional.of(review.uid()), READER.uid(Slice.of(data)), "the uid alone");
        // It is JSON for other readers, too.
        new ObjectMapper().readTree(data);
      }
    }
  }
}
