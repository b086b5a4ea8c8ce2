package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * The expression between brackets. An assignment to {@code .[1000000000]} would fill a list up to
 * there, so indices are bounded.
 */
record Index(Expression part) implements Expression {
  /** Longer lists do not fit into a value. */
  static final int MAX = Query.MAX_VALUE_BYTES / 8;

  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    part.apply(
        scope,
        input,
        path,
        (value, at) -> {
          require(value);
          output.emit(value, at);
        },
        requiresPath);
  }

  /** Refuses an index that is too large, or a path with one in it. */
  static void require(JsonNode value) {
    if (value.isNumber() && !(Math.abs(value.doubleValue()) <= MAX)) {
      throw new OverBudget("uses the index " + value.asText() + ", beyond " + MAX);
    }
    if (value.isArray()) {
      value.forEach(Index::require);
    }
    if (value.isObject()) {
      value.forEach(Index::require);
    }
  }
}
