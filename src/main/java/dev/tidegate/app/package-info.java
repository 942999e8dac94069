/** Starts the program: tells the server and the commands apart and wires their parts. */
@NullMarked
package dev.tidegate.app;

import org.jspecify.annotations.NullMarked;
