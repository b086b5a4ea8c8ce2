package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** {@code -e}, which keeps 64-bit integers whole. */
record Negation(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    part.apply(
        scope,
        input,
        value -> {
          if (!value.isNumber()) {
            throw new JsonQueryException(Meter.kind(value) + " cannot be negated");
          }
          boolean isWhole = value.isIntegralNumber() && value.longValue() != Long.MIN_VALUE;
          output.emit(
              isWhole ? new LongNode(-value.longValue()) : new DoubleNode(-value.doubleValue()),
              null);
        });
  }
}
