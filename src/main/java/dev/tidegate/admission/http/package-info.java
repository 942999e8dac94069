/** The webhook on the wire: bounded reading, peers, deadlines, and an answer to every request. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.admission.http;
