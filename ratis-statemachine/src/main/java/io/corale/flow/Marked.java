package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A value of the source that knows where it stands; lines and columns count from 1. */
sealed interface Marked {
  int line();

  int column();

  /** The plain value, the keys of all objects in order. */
  JsonNode value();

  /** What it is, for a message. */
  String kind();

  /** An object; its keys are unique. */
  record Fields(int line, int column, List<Field> fields) implements Marked {
    public Fields {
      fields = List.copyOf(fields);
    }

    Optional<Field> field(String key) {
      return fields.stream().filter(field -> field.key().equals(key)).findFirst();
    }

    Optional<Marked> get(String key) {
      return field(key).map(Field::value);
    }

    @Override
    public ObjectNode value() {
      Map<String, JsonNode> sorted = new TreeMap<>();
      fields.forEach(field -> sorted.put(field.key(), field.value().value()));
      return JsonNodeFactory.instance.objectNode().setAll(sorted);
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /** A key with its place, and its value. */
  record Field(int line, int column, String key, Marked value) {}

  /** A list. */
  record Items(int line, int column, List<Marked> items) implements Marked {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public ArrayNode value() {
      ArrayNode values = JsonNodeFactory.instance.arrayNode();
      items.forEach(item -> values.add(item.value()));
      return values;
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A string, number, boolean or null.
   *
   * @param textColumn where the text itself begins if it stands in one line as it is; else 0
   */
  record Scalar(int line, int column, int textColumn, JsonNode value) implements Marked {
    @Override
    public String kind() {
      return value.isTextual()
          ? "the string '" + shortened(value.textValue()) + "'"
          : (value.isNull() ? "nothing" : "the " + type() + " " + shortened(value.asText()));
    }

    private String type() {
      return value.isBoolean() ? "boolean" : "number";
    }

    private static String shortened(String text) {
      return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
  }
}
