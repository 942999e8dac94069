/**
 * Typed documents: YAML or JSON to records, by the records' components, with every problem of a
 * document named by line, field and remedy. Policies and the configuration of hosts are read so.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.document;
