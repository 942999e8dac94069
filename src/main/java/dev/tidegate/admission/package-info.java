/**
 * AdmissionReview in and out: one codec and one way from request to answer for HTTP and for files.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.admission;
