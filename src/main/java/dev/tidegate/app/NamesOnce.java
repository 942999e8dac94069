package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes JSON in which the same names come again and again: those of fields, and of what an
 * operator has. Each is encoded once, since a line of the log has a hundred of them.
 */
final class NamesOnce extends JsonGeneratorDelegate {
  /** More than an operator has; what comes later is encoded each time. */
  private static final int MOST = 5_000;

  private static final Map<String, SerializableString> NAMES = new ConcurrentHashMap<>();

  NamesOnce(JsonGenerator json) {
    super(json);
  }

  /** {@code name} as it is written; for names that no stranger can choose. */
  static SerializableString encoded(String name) {
    SerializableString known = NAMES.get(name);
    if (known != null) {
      return known;
    }
    SerializableString made = new SerializedString(name);
    if (NAMES.size() < MOST) {
      NAMES.put(name, made);
    }
    return made;
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    delegate.writeFieldName(encoded(name));
  }
}
