/** Measures: always as ratios within one run, since machines differ and are noisy. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.bench;
