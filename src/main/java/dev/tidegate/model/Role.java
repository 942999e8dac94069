package dev.tidegate.model;

/** What a container, or an image volume, is in its pod. */
public enum Role {
  /** Runs to its end before the pod starts. */
  INIT,
  /** An init container with {@code restartPolicy: Always}: runs beside the main containers. */
  SIDECAR,
  /** One of {@code spec.containers}. */
  MAIN,
  /** Added to a running pod ({@code kubectl debug}). */
  EPHEMERAL,
  /** A volume made from an image: brings files, runs nothing. */
  IMAGE_VOLUME;

  /** Whether a process is started from it. */
  public boolean runs() {
    return this != IMAGE_VOLUME;
  }
}
