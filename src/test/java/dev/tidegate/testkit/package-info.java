/** What tests of several packages share: the corpora of real material and requests made from it. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.testkit;
