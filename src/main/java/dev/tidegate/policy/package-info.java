/**
 * Policy documents (policies, exemptions, deny lists), read and validated with all their problems
 * at once.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.policy;
