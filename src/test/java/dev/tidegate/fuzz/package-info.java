/** Fuzzing of everything that reads bytes of others. */
@NullMarked
package dev.tidegate.fuzz;

import org.jspecify.annotations.NullMarked;
