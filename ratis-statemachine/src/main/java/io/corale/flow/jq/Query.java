package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;

/** One compiled jq expression; immutable, so any number of threads may evaluate it at once. */
public interface Query {
  /** The longest expression; more is a program and belongs in a function. */
  int MAX_TEXT_BYTES = 4 * 1024;

  /** The largest value that goes into or comes out of an expression. */
  int MAX_VALUE_BYTES = 256 * 1024;

  /** Whether it looks at this variable, named without {@code $}. */
  boolean mentions(String variable);

  /** Its one value for this input; more than one or none is a failure. */
  JsonNode evaluate(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
      throws ExpressionFailure;
}
