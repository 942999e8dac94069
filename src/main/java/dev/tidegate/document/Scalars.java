package dev.tidegate.document;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;

/** The text of a field to the value that its type wants. */
public final class Scalars {
  /** Longest text of a field. */
  public static final int LONGEST = 1000;

  private static final Duration LONGEST_DURATION = Duration.ofDays(3660);
  private static final java.util.regex.Pattern NUMBER =
      java.util.regex.Pattern.compile("0|-?[1-9][0-9]{0,39}");
  private static final java.util.regex.Pattern DURATION =
      java.util.regex.Pattern.compile("([0-9]{1,9})([dhms])");
  private static final java.util.regex.Pattern REPEAT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,6})(?:,([0-9]{0,6}))?}");

  /** RE2 copies what is repeated; nested repetitions multiply. */
  private static final long MOST_REPEATS = 1000;

  private Scalars() {}

  /** Something that cannot be read as what the field is; the message and what to write instead. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;
    private final String fix;

    Unreadable(String problem, String fix) {
      super(problem);
      this.fix = fix;
    }

    /** What is wrong. */
    public String problem() {
      return String.valueOf(getMessage());
    }

    public String fix() {
      return fix;
    }
  }

  /** Whether values of {@code type} are written as one scalar. */
  public static boolean reads(Class<?> type) {
    return type == String.class
        || type == boolean.class
        || type == Boolean.class
        || type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class
        || type == Duration.class
        || type == Instant.class
        || type == Pattern.class
        || type.isEnum()
        || parser(type).isPresent();
  }

  /**
   * {@code text} as a {@code type}.
   *
   * @param plain whether it stands there without quotes
   */
  public static Object read(String text, boolean plain, Class<?> type) throws Unreadable {
    if (text.length() > LONGEST) {
      throw new Unreadable(
          "is longer than " + LONGEST + " characters", "write at most " + LONGEST + " characters");
    }
    if (type == String.class) {
      if (text.isBlank()) {
        throw new Unreadable("is blank", "write something, or remove the field");
      }
      return text;
    }
    if (type == boolean.class || type == Boolean.class) {
      return bool(text, plain);
    }
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(number(text, plain, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (type == long.class || type == Long.class) {
      return number(text, plain, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == Duration.class) {
      return duration(text);
    }
    if (type == Instant.class) {
      return end(text);
    }
    if (type == Pattern.class) {
      return pattern(text);
    }
    return type.isEnum() ? word(text, type) : parsed(text, type);
  }

  private static Boolean bool(String text, boolean plain) throws Unreadable {
    if (plain && text.equals("true")) {
      return true;
    }
    if (plain && text.equals("false")) {
      return false;
    }
    throw new Unreadable(
        PlainText.quote(text) + " is neither true nor false",
        "write true or false, without quotes");
  }

  private static long number(String text, boolean plain, long least, long most) throws Unreadable {
    if (plain && NUMBER.matcher(text).matches()) {
      try {
        long value = Long.parseLong(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException tooLong) {
        throw new Unreadable(
            text + " is out of range", "write a number from " + least + " to " + most);
      }
      throw new Unreadable(
          text + " is out of range", "write a number from " + least + " to " + most);
    }
    throw new Unreadable(
        PlainText.quote(text) + " is not a whole number",
        "write decimal digits without quotes and leading zeros");
  }

  private static Duration duration(String text) throws Unreadable {
    Duration duration;
    Matcher form = DURATION.matcher(text);
    if (form.matches()) {
      long count = Long.parseLong(form.group(1));
      duration =
          switch (form.group(2)) {
            case "d" -> Duration.ofDays(count);
            case "h" -> Duration.ofHours(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofSeconds(count);
          };
    } else {
      try {
        duration = Duration.parse(text);
      } catch (DateTimeParseException none) {
        throw new Unreadable(
            PlainText.quote(text) + " is not a duration",
            "write for instance 30s, 2m, 36h, 7d, or ISO 8601 such as PT2M");
      }
    }
    if (duration.isNegative() || duration.compareTo(LONGEST_DURATION) > 0) {
      throw new Unreadable(
          PlainText.quote(text) + " is out of range",
          "write a duration from 0s to " + LONGEST_DURATION.toDays() + "d");
    }
    return duration;
  }

  /** The first moment after what the text names: a day is meant with all its hours. */
  private static Instant end(String text) throws Unreadable {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException none) {
      throw new Unreadable(
          PlainText.quote(text) + " is neither a day nor a moment",
          "write a day such as 2027-01-31 (to its end, UTC) or a moment such as"
              + " 2027-01-31T18:00:00Z");
    }
  }

  private static Pattern pattern(String text) throws Unreadable {
    long repeats = 1;
    Matcher counts = REPEAT.matcher(text);
    while (counts.find() && repeats <= MOST_REPEATS) {
      String upTo = counts.group(2);
      repeats *=
          Math.max(1, Long.parseLong(upTo == null || upTo.isEmpty() ? counts.group(1) : upTo));
    }
    if (repeats > MOST_REPEATS) {
      throw new Unreadable(
          "the regular expression repeats too often",
          "keep the product of its repetitions {n} at or below " + MOST_REPEATS);
    }
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException broken) {
      throw new Unreadable(
          PlainText.quote(text) + " is not a regular expression (" + broken.getDescription() + ")",
          "write one in RE2 syntax; it must match the whole text");
    }
  }

  private static Object word(String text, Class<?> type) throws Unreadable {
    for (Object constant : type.getEnumConstants()) {
      if (Words.of((Enum<?>) constant).equals(text)) {
        return constant;
      }
    }
    throw new Unreadable(
        PlainText.quote(text) + " is not known here", Words.choose(text, Words.of(type)));
  }

  private static Object parsed(String text, Class<?> type) throws Unreadable {
    Method parse =
        parser(type)
            .orElseThrow(() -> new IllegalStateException("no field can be a " + type.getName()));
    try {
      Object value = parse.invoke(null, text);
      if (value == null) {
        throw new IllegalStateException(type.getName() + ".parse returned null");
      }
      return value;
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof InvalidField invalid) {
        throw new Unreadable(String.valueOf(invalid.getMessage()), invalid.fix());
      }
      if (thrown.getCause() instanceof BadValue bad) {
        throw new Unreadable(bad.problem(), bad.fix());
      }
      if (thrown.getCause() instanceof IllegalArgumentException invalid) {
        throw new Unreadable(String.valueOf(invalid.getMessage()), "");
      }
      throw new IllegalStateException(type.getName() + ".parse failed", thrown);
    } catch (IllegalAccessException hidden) {
      throw new IllegalStateException(type.getName() + ".parse is not accessible", hidden);
    }
  }

  private static Optional<Method> parser(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals("parse")
          && Modifier.isStatic(method.getModifiers())
          && Modifier.isPublic(method.getModifiers())
          && method.getParameterCount() == 1
          && method.getParameterTypes()[0] == String.class
          && method.getReturnType() == type) {
        method.setAccessible(true);
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }
}
