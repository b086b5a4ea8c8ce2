package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * A function of jackson-jq that pays for what it is about to do.
 *
 * @param price how its work grows with its input and arguments
 */
record Priced(Function function, Price price) implements Function {
  enum Price {
    /** It looks at the surface only. */
    FLAT,
    /** It walks, copies or compares its input and arguments. */
    SIZE,
    /** The same, and its first argument is a path, whose indices are bounded. */
    PATH,
    /** It holds each part of its input against each part of its arguments. */
    PRODUCT
  }

  @Override
  public void apply(
      Scope scope,
      List<Expression> arguments,
      JsonNode input,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    Meter.spend(1);
    if (price != Price.FLAT) {
      Meter.weigh(input);
    }
    List<Expression> priced = new ArrayList<>();
    for (Expression argument : arguments) {
      boolean isPath = price == Price.PATH && priced.isEmpty();
      priced.add(new Argument(isPath ? new Index(argument) : argument, input, price));
    }
    function.apply(
        scope,
        priced,
        input,
        path,
        (value, at) -> {
          Meter.spend(1);
          output.emit(value, at);
        },
        version);
  }

  /** An argument whose values are paid for as the function gets them. */
  private record Argument(Expression part, JsonNode input, Price price) implements Expression {
    @Override
    public void apply(
        Scope scope, JsonNode in, @Nullable Path path, PathOutput output, boolean requiresPath)
        throws JsonQueryException {
      part.apply(
          scope,
          in,
          path,
          (value, at) -> {
            switch (price) {
              case SIZE, PATH -> Meter.weigh(value);
              case PRODUCT -> Charged.chargeProduct(input, value);
              case FLAT -> {}
            }
            output.emit(value, at);
          },
          requiresPath);
    }
  }
}
