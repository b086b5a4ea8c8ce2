package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
 * A function written in Java that pays for what it is about to do, and for what it has made.
 *
 * @param price how its work grows with its input and arguments
 */
record Priced(Function function, Price price) implements Function {
  enum Price {
    /** It looks at the surface only, and makes nothing that is large. */
    FLAT,
    /** It walks, copies or compares its input and arguments. */
    SIZE,
    /** It holds each part of its input against each part of its arguments. */
    PRODUCT,
    /** It follows the path in its argument. */
    GET_PATH,
    /** It changes its input at the path in its first argument. */
    SET_PATH,
    /** It changes its input once for each path in its argument. */
    DELETE_PATHS,
    /** Its argument must have paths. */
    FIND_PATHS
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
    Budget budget = Meter.running();
    budget.spend(1);
    boolean isFlat = price == Price.FLAT || price == Price.GET_PATH;
    long bytes = isFlat && !input.isTextual() ? 0 : Meter.weigh(input);
    List<Expression> priced = new ArrayList<>();
    for (Expression argument : arguments) {
      priced.add(new Argument(argument, priced.size(), price, bytes));
    }
    function.apply(
        scope,
        priced,
        input,
        path,
        (value, at) -> {
          budget.spend(1);
          if (!isFlat) {
            Meter.weighNew(value);
          }
          output.emit(value, at);
        },
        version);
  }

  /** An argument whose values are paid for as the function gets them. */
  private record Argument(Expression part, int position, Price price, long inputBytes)
      implements Expression {
    @Override
    public void apply(
        Scope scope, JsonNode in, @Nullable Path path, PathOutput output, boolean requiresPath)
        throws JsonQueryException {
      part.apply(
          scope,
          in,
          path,
          (value, at) -> {
            pay(value, at);
            output.emit(value, at);
          },
          requiresPath);
    }

    private void pay(JsonNode value, @Nullable Path at) throws JsonQueryException {
      switch (price) {
        case FLAT -> {}
        case SIZE -> Meter.weigh(value);
        case PRODUCT -> Meter.spend(inputBytes * Meter.weigh(value) / Charged.PRODUCT_A_STEP);
        case GET_PATH -> Index.requirePath(value);
        case SET_PATH -> {
          if (position == 0) {
            Index.requirePath(value);
            Index.chargeGrowth(value, inputBytes);
          } else {
            Meter.weigh(value);
          }
        }
        case DELETE_PATHS -> {
          for (JsonNode each : value) {
            Index.requirePath(each);
            Meter.spend(inputBytes / Charged.PRODUCT_A_STEP + 1);
          }
        }
        case FIND_PATHS -> requirePath(value, at);
      }
    }

    /** A value without a path is written out for the error's message. */
    private static void requirePath(JsonNode value, @Nullable Path at) throws JsonQueryException {
      if (at == null) {
        Meter.weigh(value);
        return;
      }
      ArrayNode path = JsonNodeFactory.instance.arrayNode();
      at.toJsonNode(path);
      Index.requirePath(path);
    }
  }
}
