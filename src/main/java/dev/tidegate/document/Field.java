package dev.tidegate.document;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a field of a policy document: a record component. References and validation are made
 * from it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Field {
  /** What the field means, units, and whether a boundary is inclusive; one or two sentences. */
  String value();

  /**
   * What stands there when the document says nothing, written as in the document. Empty: nothing
   * (an empty list, set, map or Optional), and an error for every other type, which makes the field
   * required.
   */
  String fallback() default "";

  /** For lists, sets and maps: whether at least one entry is required. */
  boolean nonEmpty() default false;
}
