/** Tests of the checks, one case per rule, and against the corpora. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.check;
