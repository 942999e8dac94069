package dev.tidegate.model;

/** What is being done to the object; other operations are never judged. */
public enum Operation {
  CREATE,
  UPDATE
}
