/**
 * Documents of every workload kind, and of namespaces and network policies, read into the model.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.workload;
