/** The commands: manifests, running clusters, reviews and policies judged without a server. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.cli;
