/**
 * Harbor and its scanner: reports, answers of the API and callbacks, read into what evidence and
 * checks know.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.harbor;
