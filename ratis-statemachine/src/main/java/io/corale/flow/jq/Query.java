package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.SortedSet;

/** One compiled jq expression; immutable, so any number of threads may evaluate it at once. */
public final class Query {
  /** The longest expression; more is a program and belongs in a function. */
  public static final int MAX_TEXT_BYTES = 4 * 1024;

  /** The largest value that goes into or comes out of an expression. */
  public static final int MAX_VALUE_BYTES = 256 * 1024;

  private final String text;
  private final SortedSet<String> mentioned;

  private Query(String text, SortedSet<String> mentioned) {
    this.text = text;
    this.mentioned = mentioned;
  }

  /** Whether it looks at this variable, named without {@code $}. */
  public boolean mentions(String variable) {
    return mentioned.contains(variable);
  }

  /** Its one value for this input; more than one or none is a failure. */
  public JsonNode evaluate(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
      throws ExpressionFailure {
    throw new ExpressionFailure("expressions are not here yet");
  }

  @Override
  public String toString() {
    return text;
  }
}
