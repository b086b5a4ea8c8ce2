package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** The key of an object as an expression: a string, or an error that does not write it out. */
record Key(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    part.apply(
        scope,
        input,
        path,
        (value, at) -> {
          if (!value.isTextual()) {
            throw new JsonQueryException("Object keys must be strings, not " + Meter.kind(value));
          }
          output.emit(value, at);
        },
        requiresPath);
  }
}
