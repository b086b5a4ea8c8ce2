package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
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
 * {@code recurse}, {@code repeat}, {@code while} and {@code until}: jq writes them as recursion and
 * makes loops of it; here they are loops, so that ten thousand rounds need no stack. The last
 * argument gives the values of the next round.
 */
record Loops(Kind kind) implements Function {
  enum Kind {
    /** Gives each value, and goes on from it. */
    REPEAT,
    /** Gives each value for which the condition holds, and goes on from it. */
    WHILE,
    /** Gives each value for which the condition holds, and goes on from the others. */
    UNTIL
  }

  /** What is still to be done, the next first. */
  private sealed interface Work {}

  /** A value has its turn. */
  private record Visit(JsonNode value, @Nullable Path path) implements Work {}

  /** A value is given. */
  private record Emit(JsonNode value, @Nullable Path path) implements Work {}

  /** The values after this one have their turns. */
  private record Advance(JsonNode value, @Nullable Path path) implements Work {}

  /** An error that came after some values. */
  private record Fail(JsonQueryException error) implements Work {}

  @Override
  public void apply(
      Scope scope,
      List<Expression> arguments,
      JsonNode input,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    Deque<Work> open = new ArrayDeque<>();
    open.push(new Visit(input, path));
    while (!open.isEmpty()) {
      Meter.spend(1);
      Work work = open.pop();
      if (work instanceof Visit visit) {
        visit(scope, arguments, visit, open);
      } else if (work instanceof Emit emit) {
        output.emit(emit.value(), emit.path());
      } else if (work instanceof Advance advance) {
        advance(scope, arguments.get(arguments.size() - 1), advance, open);
      } else if (work instanceof Fail fail) {
        throw fail.error();
      }
    }
  }

  private void visit(Scope scope, List<Expression> arguments, Visit at, Deque<Work> open)
      throws JsonQueryException {
    Work emit = new Emit(at.value(), at.path());
    Work advance = new Advance(at.value(), at.path());
    if (kind == Kind.REPEAT) {
      open.push(advance);
      open.push(emit);
      return;
    }
    List<JsonNode> holds = new ArrayList<>();
    arguments.get(0).apply(scope, at.value(), holds::add);
    Collections.reverse(holds);
    for (JsonNode each : holds) {
      boolean isTrue = Operators.isTrue(each);
      if (kind == Kind.UNTIL) {
        open.push(isTrue ? emit : advance);
      } else if (isTrue) {
        open.push(advance);
        open.push(emit);
      }
    }
  }

  private static void advance(Scope scope, Expression next, Advance from, Deque<Work> open)
      throws JsonQueryException {
    List<Work> turns = new ArrayList<>();
    try {
      next.apply(
          scope,
          from.value(),
          from.path(),
          (value, at) -> turns.add(new Visit(value, at)),
          from.path() != null);
    } catch (JsonQueryException e) {
      turns.add(new Fail(e));
    }
    Collections.reverse(turns);
    turns.forEach(open::push);
  }
}
