/**
 * Outbound calls: configured hosts and nobody else, with credentials that stay with their host, and
 * a bound on everything that comes back.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.net;
