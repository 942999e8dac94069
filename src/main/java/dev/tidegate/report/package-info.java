/**
 * Verdicts as people read them: denial texts, warnings, annotations, tables and JSON, all from the
 * same lines.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.report;
