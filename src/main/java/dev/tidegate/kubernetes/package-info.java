/** What the gate reads from a cluster: namespaces and the policies of the network. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.kubernetes;
