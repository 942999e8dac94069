/** The installation files under test: what they say agrees with what the code does. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.manifests;
