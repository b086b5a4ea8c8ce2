package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * A part of an expression that pays a step for each time it runs and each value that it gives, and
 * counts how deep the parts are inside of each other.
 */
record Counted(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    Budget budget = Meter.running();
    try {
      budget.enter();
      part.apply(
          scope,
          input,
          path,
          (value, at) -> {
            budget.spend(1);
            output.emit(value, at);
          },
          requiresPath);
    } finally {
      budget.leave();
    }
  }

  @Override
  public String toString() {
    return part.toString();
  }
}
