package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** A part whose values are new ones, such as an object or a slice: it pays for what it copies. */
record Built(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    part.apply(
        scope,
        input,
        path,
        (value, at) -> {
          Meter.spendBytes(Meter.surface(value));
          output.emit(value, at);
        },
        requiresPath);
  }
}
