package io.corale.client.wfformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Writes a composition as people do: lists of tasks line by line, small things in one line. */
final class Yaml {
  /** Within it a call, and a function with its implementation, are one line. */
  private static final int MAX_FLOW_CHARS = 220;

  private static final int STEP = 2;

  /** These hold what a reader wants to see below each other. */
  private static final List<String> OPEN =
      List.of("document", "use", "functions", "do", "branches");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final Pattern WORD = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

  private final StringBuilder text = new StringBuilder();

  private Yaml() {}

  /** The same value as YAML 1.2. */
  static String write(JsonNode root) {
    Yaml yaml = new Yaml();
    yaml.fields(root, 0);
    return yaml.text.toString();
  }

  private void fields(JsonNode object, int indent) {
    boolean isFirst = true;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      // The first field of a list's item stands behind its dash.
      if (!isFirst || text.length() == 0 || text.charAt(text.length() - 1) == '\n') {
        text.append(" ".repeat(indent));
      }
      isFirst = false;
      text.append(scalar(TextNode.valueOf(field.getKey()))).append(':');
      value(field.getValue(), indent, OPEN.contains(field.getKey()));
    }
  }

  private void value(JsonNode value, int indent, boolean isOpen) {
    if (!isOpen && isFlow(value)) {
      text.append(' ').append(flow(value)).append('\n');
    } else if (value.isObject()) {
      text.append('\n');
      fields(value, indent + STEP);
    } else {
      text.append('\n');
      for (JsonNode item : value) {
        text.append(" ".repeat(indent + STEP)).append("- ");
        fields(item, indent + 2 * STEP);
      }
    }
  }

  private static boolean isFlow(JsonNode value) {
    return OPEN.stream().noneMatch(key -> value.findValue(key) != null)
        && flow(value).length() <= MAX_FLOW_CHARS;
  }

  private static String flow(JsonNode value) {
    if (value.isObject()) {
      StringJoiner fields = new StringJoiner(", ", "{", "}");
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        fields.add(scalar(TextNode.valueOf(field.getKey())) + ": " + flow(field.getValue()));
      }
      return fields.toString();
    }
    if (value.isArray()) {
      StringJoiner items = new StringJoiner(", ", "[", "]");
      value.forEach(item -> items.add(flow(item)));
      return items.toString();
    }
    return scalar(value);
  }

  /** JSON's way to write a string is one of YAML's. */
  private static String scalar(JsonNode value) {
    boolean isPlain =
        value.isTextual()
            && PLAIN.matcher(value.textValue()).matches()
            && !WORD.matcher(value.textValue()).matches();
    return isPlain ? value.textValue() : value.toString();
  }
}
