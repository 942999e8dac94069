package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes JSON whose names of fields stand in our code: each is encoded once, since a line of the
 * log has fifty of them.
 */
final class NamesOnce extends JsonGeneratorDelegate {
  /** As many as our code has. */
  private static final Map<String, SerializableString> NAMES = new ConcurrentHashMap<>();

  NamesOnce(JsonGenerator json) {
    super(json);
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    delegate.writeFieldName(NAMES.computeIfAbsent(name, SerializedString::new));
  }
}
