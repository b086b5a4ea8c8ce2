package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * <code>try</code> and <code>?</code>: errors of the body are caught, errors of what comes after it
 * are not. (jackson-jq's own catches both, so <code>.a? | error</code> would be silent.)
 */
record Attempt(Expression body, Optional<Expression> handler) implements Expression {
  /** An error of jackson-jq carries the trace of its stack, as slow to take as this. */
  private static final int CATCH_STEPS = 32;

  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    try {
      body.apply(scope, input, path, (value, at) -> emitFurther(output, value, at), requiresPath);
    } catch (Later e) {
      throw e.error;
    } catch (JsonQueryException e) {
      Meter.spend(CATCH_STEPS);
      if (handler.isPresent()) {
        handler.get().apply(scope, e.getMessageAsJsonNode(), null, output, false);
      }
    }
  }

  private static void emitFurther(PathOutput output, JsonNode value, @Nullable Path at) {
    try {
      output.emit(value, at);
    } catch (JsonQueryException e) {
      throw new Later(e);
    }
  }

  /** An error of what comes after, on its way through the body. */
  private static final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final JsonQueryException error;

    Later(JsonQueryException error) {
      super(null, error, false, false);
      this.error = error;
    }
  }
}
