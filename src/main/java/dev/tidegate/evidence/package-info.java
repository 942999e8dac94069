/**
 * What can be asked about images, namespaces and policies, and the three answers: present, absent,
 * unavailable.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.evidence;
