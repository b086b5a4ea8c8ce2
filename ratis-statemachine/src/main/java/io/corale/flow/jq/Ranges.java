package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.misc.JsonNodeUtils;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code range}, of numbers only: jackson-jq's adds whatever it is given, such as a list to a list
 * without end.
 */
final class Ranges implements Function {
  private static final IntNode ZERO = IntNode.valueOf(0);
  private static final IntNode ONE = IntNode.valueOf(1);

  @Override
  public void apply(
      Scope scope,
      List<Expression> arguments,
      JsonNode input,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    if (arguments.size() == 1) {
      arguments.get(0).apply(scope, input, end -> emit(output, ZERO, end, ONE));
      return;
    }
    arguments
        .get(0)
        .apply(
            scope,
            input,
            start ->
                arguments
                    .get(1)
                    .apply(scope, input, end -> step(scope, arguments, input, output, start, end)));
  }

  private static void step(
      Scope scope,
      List<Expression> arguments,
      JsonNode input,
      PathOutput output,
      JsonNode start,
      JsonNode end)
      throws JsonQueryException {
    if (arguments.size() == 2) {
      emit(output, start, end, ONE);
    } else {
      arguments.get(2).apply(scope, input, by -> emit(output, start, end, by));
    }
  }

  private static void emit(PathOutput output, JsonNode start, JsonNode end, JsonNode by)
      throws JsonQueryException {
    if (!start.isNumber() || !end.isNumber() || !by.isNumber()) {
      throw new JsonQueryException("Range bounds must be numeric");
    }
    double step = by.doubleValue();
    double last = end.doubleValue();
    for (double at = start.doubleValue();
        step > 0 ? at < last : step < 0 && at > last;
        at += step) {
      output.emit(JsonNodeUtils.asNumericNode(at), null);
    }
  }
}
