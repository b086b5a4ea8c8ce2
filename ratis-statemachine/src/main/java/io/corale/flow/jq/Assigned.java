package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.misc.JsonNodeComparator;
import net.thisptr.jackson.jq.path.Path;
import net.thisptr.jackson.jq.path.RootPath;
import org.jspecify.annotations.Nullable;

/**
 * {@code left = right} and its kin. jackson-jq copies the lists and objects on the way to each
 * place that it changes; here that is paid for.
 *
 * @param change makes the new value of a place
 */
record Assigned(Expression left, Expression right, Change change) implements Expression {
  /** How many bytes of containers are copied on the way to a place in about a step. */
  private static final long COPIED_A_STEP = 1_024;

  /** What becomes of the value at a place. */
  interface Change {
    JsonNode apply(Scope scope, JsonNode old, JsonNode operand) throws JsonQueryException;
  }

  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    right.apply(
        scope,
        input,
        operand ->
            output.emit(
                changed(scope, input, left, old -> change.apply(scope, old, operand)), null));
  }

  /** {@code left |= right}: the new value of a place is made from its old one. */
  record Update(Expression left, Expression right) implements Expression {
    @Override
    public void apply(
        Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
        throws JsonQueryException {
      output.emit(changed(scope, input, left, old -> first(scope, old)), null);
    }

    private JsonNode first(Scope scope, JsonNode old) throws JsonQueryException {
      List<JsonNode> values = new ArrayList<>();
      right.apply(scope, old, values::add);
      if (values.isEmpty()) {
        throw new JsonQueryException("'|= empty' has no value; use del or map");
      }
      return values.get(0);
    }
  }

  private static JsonNode changed(
      Scope scope, JsonNode input, Expression left, Path.Mutation mutation)
      throws JsonQueryException {
    List<Path> places = new ArrayList<>();
    left.apply(
        scope,
        input,
        RootPath.getInstance(),
        (value, at) -> places.add(at == null ? placeOf(value, input) : at),
        true);
    long[] bytes = {Meter.weigh(input)};
    JsonNode changed = input;
    for (Path place : places) {
      pay(place, bytes);
      changed = place.mutate(changed, old -> weighed(mutation, old, bytes));
      if (bytes[0] > 2 * Query.MAX_VALUE_BYTES) {
        // Overwritten values count in this bound as well; see what is really there.
        bytes[0] = Meter.weigh(changed);
      }
    }
    return changed;
  }

  private static void pay(Path place, long[] bytes) throws JsonQueryException {
    ArrayNode path = JsonNodeFactory.instance.arrayNode();
    place.toJsonNode(path);
    Index.requirePath(path);
    bytes[0] += Index.chargeGrowth(path, bytes[0]);
    Meter.spend(bytes[0] / COPIED_A_STEP + 1);
  }

  private static JsonNode weighed(Path.Mutation mutation, @Nullable JsonNode old, long[] bytes)
      throws JsonQueryException {
    JsonNode value = mutation.apply(old == null ? NullNode.getInstance() : old);
    bytes[0] += Meter.weigh(value);
    return value;
  }

  /** A value without a path is its input's place if it is its input, as in jq. */
  private static Path placeOf(JsonNode value, JsonNode input) throws JsonQueryException {
    if (input.isValueNode() && JsonNodeComparator.getInstance().compare(input, value) == 0) {
      return RootPath.getInstance();
    }
    throw new JsonQueryException("Invalid path expression with a result that is no place");
  }
}
