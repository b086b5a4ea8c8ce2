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

  private static void require(JsonNode value) throws JsonQueryException {
    if (value.isContainerNode()) {
      throw new JsonQueryException("Cannot index with " + Meter.kind(value) + ", see indices");
    }
    requireSmall(value);
  }

  private static void requireSmall(JsonNode number) {
    if (number.isNumber() && !(Math.abs(number.doubleValue()) <= MAX)) {
      throw new OverBudget("uses the index " + number.asText() + ", beyond " + MAX);
    }
  }

  /** Refuses a path with too large an index in it, or one too long for any value. */
  static void requirePath(JsonNode path) throws JsonQueryException {
    Meter.weigh(path);
    if (path.size() > Meter.MAX_DEPTH) {
      throw new OverBudget("uses a path of more than " + Meter.MAX_DEPTH + " levels");
    }
    for (JsonNode part : path) {
      if (part.isArray()) {
        throw new JsonQueryException("A path is made of strings, numbers and slices");
      }
      requireSmall(part);
      part.forEach(Index::requireSmall);
    }
  }

  /**
   * Pays for the places that come to be in the lists on the way, up to the index in the path, and
   * gives their bytes.
   *
   * @param bytes an upper bound of what the value weighs that is about to be changed
   */
  static long chargeGrowth(JsonNode path, long bytes) {
    long grown = 0;
    for (JsonNode part : path) {
      long reach = part.isNumber() ? 8L * (part.intValue() + 1) : 0;
      grown += reach > bytes ? reach : 0;
    }
    Meter.spendBytes(grown);
    return grown;
  }
}
