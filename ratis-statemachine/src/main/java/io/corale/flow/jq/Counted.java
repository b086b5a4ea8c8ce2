package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** A part of an expression that pays a step for each time it runs and each value that it gives. */
record Counted(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    Meter.spend(1);
    part.apply(
        scope,
        input,
        path,
        (value, at) -> {
          Meter.spend(1);
          output.emit(value, at);
        },
        requiresPath);
  }

  @Override
  public String toString() {
    return part.toString();
  }
}
