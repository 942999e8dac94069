/**
 * The checks: each asks for evidence and says what it found; one file per check, its parameters
 * nested in it.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.check;
