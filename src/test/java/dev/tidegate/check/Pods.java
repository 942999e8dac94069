package dev.tidegate.check;

import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Subjects;

/** Pods by their images. */
final class Pods {
  private Pods() {}

  /** A pod with a main container for each of {@code images}. */
  static Subject of(String... images) {
    Subjects pod = Subjects.pod();
    for (int i = 0; i < images.length; i++) {
      pod.image(Role.MAIN, "c" + i, images[i]);
    }
    return pod.build();
  }
}
