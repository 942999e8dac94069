/** Tests of what is read from Harbor and from scanners' reports, against the corpora. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.harbor;
