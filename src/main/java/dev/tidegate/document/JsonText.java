package dev.tidegate.document;

/** JSON as YAML, in what the two differ: YAML is indented by no tabs and writes no {@code \/}. */
public final class JsonText {
  private JsonText() {}

  /** {@code json} with spaces for tabs and slashes as they are; lines stay. */
  public static String asYaml(String json) {
    StringBuilder yaml = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\t') {
        // Inside of strings JSON has none.
        yaml.append(' ');
      } else if (c == '\\' && i + 1 < json.length()) {
        char escaped = json.charAt(++i);
        if (escaped == '/') {
          yaml.append('/');
        } else {
          yaml.append(c).append(escaped);
        }
      } else {
        yaml.append(c);
      }
    }
    return yaml.toString();
  }
}
