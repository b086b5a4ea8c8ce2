package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A JSON Schema of draft 2020-12, compiled: what a composition demands of its values.
 *
 * <p>Any number of threads may ask it at once: nothing in it changes. Every answer comes after a
 * bounded number of steps and in bounded space, whatever the schema and the value are; the same
 * question always gets the same texts in the same order.
 *
 * <p>What the draft leaves open, or what we refuse by name because it could hurt:
 *
 * <ul>
 *   <li>{@code format} and {@code content…} are annotations, which is the draft's default: they
 *       refuse no value. So are unknown keywords.
 *   <li>Patterns run in linear time; what needs backtracking (look-around, back references) is
 *       refused.
 *   <li>{@code $ref} and {@code $dynamicRef} lead to places of the same document. Nothing is ever
 *       fetched, and {@code $id} below the root, which would make a second document, is refused.
 *   <li>A schema that refers to itself without going deeper into the value is refused.
 * </ul>
 */
public final class JsonSchema {
  /** The dialect, as {@code $schema} may name it. */
  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final Part root;
  private final boolean looksAtOthers;

  /**
   * @param looksAtOthers whether a rule asks what other rules have looked at
   */
  JsonSchema(Part root, boolean looksAtOthers) {
    this.root = root;
    this.looksAtOthers = looksAtOthers;
  }

  /** Reads a schema; never throws, whatever the document. */
  public static Reading compile(JsonNode schema) {
    return new SchemaReader().read(schema);
  }

  /**
   * What is wrong with a value: at most {@value Check#MAX_VIOLATIONS} texts, each with the JSON
   * pointer of a place in the value and the keyword that it breaks; empty where the value is as the
   * schema demands. Never throws.
   */
  public List<String> violations(JsonNode value) {
    return new Check(looksAtOthers).violations(root, value);
  }
}
