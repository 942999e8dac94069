/** Judging: evidence and policies in, a verdict out; gathers what was missing and judges again. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.engine;
