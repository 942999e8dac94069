package dev.tidegate.document;

/**
 * Thrown by the constructor of a record of a policy document: a field that cannot be so, and what
 * to write instead.
 */
public final class InvalidField extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private final String field;
  private final String fix;

  /**
   * @param field name of the record component, or a path below it such as {@code max.memory}
   * @param problem what is wrong, as the words after "field: "
   * @param fix what to write instead
   */
  public InvalidField(String field, String problem, String fix) {
    super(problem);
    this.field = field;
    this.fix = fix;
  }

  /** Name of the record component, or a path below it. */
  public String field() {
    return field;
  }

  /** What to write instead. */
  public String fix() {
    return fix;
  }
}
