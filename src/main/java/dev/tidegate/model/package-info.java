/**
 * What everything else is about: subjects, containers, images, findings, doubts and deadlines;
 * plain values of the JDK only.
 */
@org.jspecify.annotations.NullMarked
package dev.tidegate.model;
