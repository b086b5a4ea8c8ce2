package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a bracket. jackson-jq walks a string to slice it, and writes out what it
 * cannot iterate over or has no path to, before it shortens that for its message.
 */
record Target(Expression part) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    part.apply(
        scope,
        input,
        path,
        (value, at) -> {
          if (value.isTextual() || (requiresPath && at == null)) {
            Meter.weigh(value);
          }
          output.emit(value, at);
        },
        requiresPath);
  }
}
