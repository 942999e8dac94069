package dev.tidegate.model;

/** How bad a finding is, worst first, so that the natural order is the order of reading. */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW,
  INFO
}
