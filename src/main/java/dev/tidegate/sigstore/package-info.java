/**
 * Verification of signatures and attestations as cosign and Sigstore write them, over bytes that
 * are there already: no network, no key from the artifact.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.sigstore;
