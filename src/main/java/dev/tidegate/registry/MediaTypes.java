package dev.tidegate.registry;

import java.util.Locale;

/** Media types of OCI, Docker and Sigstore. */
final class MediaTypes {
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
  static final String DSSE = "application/vnd.dsse.envelope.v1+json";
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle";

  /** All that a manifest may be: without the index types some registries say 404. */
  static final String MANIFESTS =
      String.join(", ", OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST);

  private MediaTypes() {}

  /** The type without parameters, in lower case. */
  static String bare(String type) {
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** Whether {@code type} is that of a Sigstore bundle, of any version and in both spellings. */
  static boolean isBundle(String type) {
    String bare = bare(type);
    return bare.startsWith(BUNDLE) && bare.endsWith("+json");
  }

  static boolean isIndex(String type) {
    String bare = bare(type);
    return bare.equals(OCI_INDEX) || bare.equals(DOCKER_LIST);
  }

  static boolean isManifest(String type) {
    String bare = bare(type);
    return bare.equals(OCI_MANIFEST) || bare.equals(DOCKER_MANIFEST);
  }
}
