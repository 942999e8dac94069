package dev.tidegate.cli;

import java.io.InputStream;
import java.io.PrintWriter;

/**
 * What one run of a command reads and writes.
 *
 * @param out what the user asked for
 * @param err what went wrong
 * @param in standard input
 * @param environment the surroundings
 */
record Invocation(PrintWriter out, PrintWriter err, InputStream in, Environment environment) {}
