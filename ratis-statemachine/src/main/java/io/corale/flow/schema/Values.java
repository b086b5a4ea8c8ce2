package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.TreeMap;

/** How a schema sees JSON values: 1 and 1.0 are one number, and it is an integer. */
final class Values {
  private static final int MAX_EXCERPT = 40;

  private Values() {}

  /** The name of its type; of a whole number {@code integer}. */
  static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "null";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      case OBJECT -> "object";
      case NUMBER -> number(value).map(Values::typeOf).orElse("string");
      default -> "string";
    };
  }

  private static String typeOf(BigDecimal number) {
    return isWhole(number) ? "integer" : "number";
  }

  static boolean isWhole(BigDecimal number) {
    return number.scale() <= 0 || number.stripTrailingZeros().scale() <= 0;
  }

  /**
   * Its number. Infinity and NaN are none: expressions can make them, but on its way into a payload
   * such a value becomes a string, and so it is one here.
   */
  static Optional<BigDecimal> number(JsonNode value) {
    if (!value.isNumber() || (value.isFloatingPointNumber() && !isFinite(value))) {
      return Optional.empty();
    }
    return Optional.of(value.decimalValue());
  }

  private static boolean isFinite(JsonNode value) {
    return value.isBigDecimal() || Double.isFinite(value.doubleValue());
  }

  /** A short form for people. */
  static String excerpt(JsonNode value) {
    return switch (type(value)) {
      case "object" -> "an object";
      case "array" -> "an array";
      case "string" -> "\"" + cut(value.asText()) + "\"";
      default -> cut(value.asText());
    };
  }

  static String cut(String text) {
    boolean isShort =
        text.length() <= 2 * MAX_EXCERPT && text.codePointCount(0, text.length()) <= MAX_EXCERPT;
    return isShort ? text : text.substring(0, text.offsetByCodePoints(0, MAX_EXCERPT)) + "...";
  }

  /**
   * A text that is the same for equal values and only for those; it is not JSON. Its length is paid
   * for while it grows.
   */
  static String canonical(JsonNode value, Check check, Place place) {
    StringBuilder text = new StringBuilder();
    write(value, text, 0, check, place);
    return text.toString();
  }

  private static void write(
      JsonNode value, StringBuilder text, int depth, Check check, Place place) {
    check.spend(1, place);
    check.requireShallow(depth, place);
    switch (type(value)) {
      case "object" -> {
        TreeMap<String, JsonNode> fields = new TreeMap<>();
        value.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        text.append('{').append(fields.size());
        for (var field : fields.entrySet()) {
          string(field.getKey(), text, check, place);
          write(field.getValue(), text, depth + 1, check, place);
        }
      }
      case "array" -> {
        text.append('[').append(value.size());
        for (JsonNode item : value) {
          write(item, text, depth + 1, check, place);
        }
      }
      case "string" -> string(value.asText(), text, check, place);
      case "integer", "number" ->
          // Never the plain form, in which 1e999999999 has as many digits.
          text.append('#').append(value.decimalValue().stripTrailingZeros()).append(' ');
      default -> text.append(value.asText()).append(' ');
    }
  }

  private static void string(String string, StringBuilder text, Check check, Place place) {
    check.spend(string.length() / 32, place);
    text.append('"').append(string.length()).append(':').append(string);
  }
}
