package dev.tidegate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tidegate.document.StrictJson;
import java.io.PrintWriter;

/** What a command has to say, for people and for programs. */
interface Report {
  /** How documents are written. */
  ObjectWriter WRITER =
      StrictJson.MAPPER.copy().registerModule(new Jdk8Module()).writerWithDefaultPrettyPrinter();

  /** What JSON has of it: records of texts, numbers and lists. */
  Object document();

  /** As text. */
  void print(PrintWriter out);

  /** Writes it, as JSON or as text. */
  default void write(boolean asJson, PrintWriter out) {
    if (!asJson) {
      print(out);
      return;
    }
    try {
      out.println(WRITER.writeValueAsString(document()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("texts and lists are always JSON", impossible);
    }
  }
}
