/** The demo: the built gate, started as a process, answers reviews made of real manifests. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.demo;
