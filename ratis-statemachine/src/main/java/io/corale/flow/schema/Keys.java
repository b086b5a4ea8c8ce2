package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.regex.LinearPattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The keywords of one schema, each read as what it must be; a keyword that is something else is a
 * problem and absent.
 */
final class Keys {
  private final ObjectNode schema;
  private final String pointer;
  private final SchemaReader reader;

  Keys(ObjectNode schema, String pointer, SchemaReader reader) {
    this.schema = schema;
    this.pointer = pointer;
    this.reader = reader;
  }

  boolean has(String keyword) {
    return schema.has(keyword);
  }

  String pointer() {
    return pointer;
  }

  private Optional<JsonNode> get(String keyword) {
    return Optional.ofNullable(schema.get(keyword));
  }

  void problem(String keyword, String message) {
    reader.problem(pointer, keyword, message);
  }

  /** Refuses a keyword by name. */
  void refuse(String keyword, String message) {
    if (has(keyword)) {
      problem(keyword, message);
    }
  }

  private <T> Optional<T> mustBe(String keyword, String expected, JsonNode found) {
    problem(keyword, "must be " + expected + ", found " + Values.excerpt(found));
    return Optional.empty();
  }

  Optional<JsonNode> any(String keyword) {
    return get(keyword);
  }

  Optional<String> string(String keyword) {
    return get(keyword)
        .flatMap(
            found ->
                found.isTextual()
                    ? Optional.of(found.textValue())
                    : mustBe(keyword, "a string", found));
  }

  Optional<Boolean> truth(String keyword) {
    return get(keyword)
        .flatMap(
            found ->
                found.isBoolean()
                    ? Optional.of(found.booleanValue())
                    : mustBe(keyword, "true or false", found));
  }

  Optional<BigDecimal> number(String keyword) {
    return get(keyword)
        .flatMap(found -> Values.number(found).or(() -> mustBe(keyword, "a number", found)));
  }

  /** A number of things; more than there can be is as good as the most there can be. */
  Optional<Integer> count(String keyword) {
    return get(keyword)
        .flatMap(
            found ->
                Values.number(found)
                    .filter(number -> number.signum() >= 0 && Values.isWhole(number))
                    .map(number -> number.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue())
                    .or(() -> mustBe(keyword, "a whole number from 0", found)));
  }

  /** A list of distinct strings. */
  Optional<List<String>> names(String keyword) {
    return get(keyword).flatMap(found -> names(keyword, found));
  }

  private Optional<List<String>> names(String keyword, JsonNode found) {
    List<String> names = new ArrayList<>();
    found.forEach(name -> names.add(name.isTextual() ? name.textValue() : ""));
    boolean areStrings = true;
    for (JsonNode name : found) {
      areStrings &= name.isTextual();
    }
    if (!found.isArray() || !areStrings || new TreeSet<>(names).size() < names.size()) {
      return mustBe(keyword, "a list of different strings", found);
    }
    return Optional.of(names);
  }

  /** Lists of strings by name. */
  Optional<Map<String, List<String>>> namesByName(String keyword) {
    return fields(keyword, "an object of lists of strings")
        .map(
            found -> {
              Map<String, List<String>> read = new LinkedHashMap<>();
              found
                  .properties()
                  .forEach(
                      field ->
                          names(keyword, field.getValue())
                              .ifPresent(names -> read.put(field.getKey(), names)));
              return read;
            });
  }

  /** A list with something in it. */
  Optional<List<JsonNode>> list(String keyword) {
    return get(keyword)
        .flatMap(
            found -> {
              List<JsonNode> items = new ArrayList<>();
              found.forEach(items::add);
              return found.isArray() && !items.isEmpty()
                  ? Optional.of(items)
                  : mustBe(keyword, "a list that is not empty", found);
            });
  }

  Optional<LinearPattern> pattern(String keyword) {
    return string(keyword).flatMap(source -> pattern(keyword, source));
  }

  private Optional<LinearPattern> pattern(String keyword, String source) {
    try {
      return Optional.of(LinearPattern.compile(source));
    } catch (LinearPattern.Unusable e) {
      problem(keyword, e.why());
      return Optional.empty();
    }
  }

  /** A schema. */
  Optional<Part> part(String keyword) {
    return get(keyword).map(found -> reader.part(found, pointer + "/" + keyword, keyword));
  }

  /** A list of schemas. */
  Optional<List<Part>> parts(String keyword) {
    return list(keyword)
        .map(
            items -> {
              List<Part> parts = new ArrayList<>();
              for (JsonNode item : items) {
                String place = pointer + "/" + keyword + "/" + parts.size();
                parts.add(reader.part(item, place, keyword));
              }
              return parts;
            });
  }

  /** Schemas by name. */
  Optional<Map<String, Part>> partsByName(String keyword) {
    return partsBy(keyword, Optional::of);
  }

  /** Schemas by pattern. */
  Optional<Map<LinearPattern, Part>> partsByPattern(String keyword) {
    return partsBy(keyword, source -> pattern(keyword, source));
  }

  private <K> Optional<Map<K, Part>> partsBy(String keyword, Function<String, Optional<K>> key) {
    return fields(keyword, "an object of schemas")
        .map(
            found -> {
              Map<K, Part> parts = new LinkedHashMap<>();
              for (var field : found.properties()) {
                String place = pointer + "/" + keyword + "/" + escaped(field.getKey());
                Part part = reader.part(field.getValue(), place, keyword);
                key.apply(field.getKey()).ifPresent(name -> parts.put(name, part));
              }
              return parts;
            });
  }

  private Optional<JsonNode> fields(String keyword, String expected) {
    return get(keyword)
        .flatMap(found -> found.isObject() ? Optional.of(found) : mustBe(keyword, expected, found));
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
