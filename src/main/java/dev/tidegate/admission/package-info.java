/**
 * Admission reviews in and out: one codec for webhook and command line, and from verdict to answer
 * in one place.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.admission;
