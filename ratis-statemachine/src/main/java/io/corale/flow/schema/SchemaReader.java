package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Reads a document as a schema; what is wrong goes to the problems, and the rest is read on. */
final class SchemaReader {
  /** Deeper than people indent. */
  static final int MAX_DEPTH = 64;

  /** Values in one schema; more were generated. */
  static final int MAX_VALUES = 20_000;

  /** Characters in all its names and strings; a composition has fewer. */
  static final int MAX_CHARS = 256 * 1024;

  /** Nobody mends more at once. */
  static final int MAX_PROBLEMS = 20;

  private final List<Problem> problems = new ArrayList<>();
  private final References references = new References(this);
  private boolean looksAtOthers;

  Reading read(JsonNode schema) {
    if (isWithinBounds(schema)) {
      Part root = part(schema, "", "");
      references.resolve();
      if (problems.isEmpty()) {
        return new Reading.Whole(new JsonSchema(root, looksAtOthers));
      }
    }
    return new Reading.Broken(problems);
  }

  /** Looks at it without recursion first. */
  private boolean isWithinBounds(JsonNode schema) {
    Deque<Iterator<JsonNode>> open = new ArrayDeque<>(List.of(List.of(schema).iterator()));
    int values = 0;
    long chars = 0;
    while (!open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        continue;
      }
      JsonNode value = open.peek().next();
      values++;
      chars += value.isContainerNode() ? 0 : value.asText().length();
      for (var field : value.properties()) {
        chars += field.getKey().length();
      }
      if (value.isContainerNode()) {
        open.push(value.elements());
      }
      if (values > MAX_VALUES || chars > MAX_CHARS || open.size() > MAX_DEPTH) {
        problem(
            "",
            "",
            "a schema has at most "
                + (MAX_VALUES + " values, " + MAX_CHARS + " characters and ")
                + (MAX_DEPTH + " levels"));
        return false;
      }
    }
    return true;
  }

  void problem(String pointer, String keyword, String message) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(pointer, keyword, message));
    }
  }

  /**
   * The part at a place.
   *
   * @param keyword that applies it; empty for the root
   */
  Part part(JsonNode schema, String pointer, String keyword) {
    Part part = new Part(pointer);
    references.add(part);
    List<Rule> rules = new ArrayList<>();
    if (schema instanceof ObjectNode object) {
      read(new Keys(object, pointer, this), part, rules);
    } else if (!schema.isBoolean()) {
      String hint = schema.isArray() ? "; a list of them belongs to 'prefixItems'" : "";
      problem(
          pointer,
          "",
          "a schema must be an object, true or false, found " + Values.excerpt(schema) + hint);
    } else if (!schema.booleanValue()) {
      rules.add(new Choices.Never(keyword));
    }
    part.write(rules);
    return part;
  }

  /** In the order in which the rules are asked: cheap ones first, those that look back last. */
  private void read(Keys keys, Part part, List<Rule> rules) {
    keys.string("$schema").ifPresent(dialect -> dialect(keys, dialect));
    references.readNames(keys, part);
    ValueRules.read(keys, rules);
    TextRules.read(keys, rules);
    ListRules.read(keys, rules);
    ObjectRules.read(keys, rules);
    references.read(keys, rules);
    Choices.read(keys, rules);
    Unevaluated.read(keys, rules);
    looksAtOthers |= keys.has("unevaluatedItems") || keys.has("unevaluatedProperties");
    keys.partsByName("$defs");
    keys.partsByName("definitions");
  }

  private static void dialect(Keys keys, String dialect) {
    if (!dialect.equals(JsonSchema.DIALECT) && !dialect.equals(JsonSchema.DIALECT + "#")) {
      keys.problem(
          "$schema",
          "must be \"" + JsonSchema.DIALECT + "\", found \"" + Values.cut(dialect) + "\"");
    }
  }
}
