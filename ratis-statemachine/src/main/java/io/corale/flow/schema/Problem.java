package io.corale.flow.schema;

/**
 * One thing that is wrong with a schema.
 *
 * @param pointer JSON pointer of the place in the schema
 * @param keyword that is wrong; empty where a schema itself is
 * @param message what was found and what was expected
 */
public record Problem(String pointer, String keyword, String message) {
  @Override
  public String toString() {
    return "at '" + pointer + "': " + (keyword.isEmpty() ? "" : "'" + keyword + "' ") + message;
  }
}
