/**
 * The verdict store: remembers evidence in memory and gathers what is missing, once for all who
 * ask.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.store;
