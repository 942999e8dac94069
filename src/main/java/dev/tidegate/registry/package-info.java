/**
 * The registry client (OCI distribution specification 1.1) and the evidence that comes from it:
 * what tags point at, manifests, configurations, and what lies beside an image.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.registry;
