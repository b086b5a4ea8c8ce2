package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code label $name | body}. Each run has a mark of its own: jackson-jq's labels go by name, so
 * that of two functions with equal labels, one inside the other, the wrong one would end.
 */
record Labelled(String name, Expression body) implements Expression {
  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    Scope inner = Scope.newChildScope(scope);
    POJONode mark = new POJONode(new Object());
    inner.setValue(key(name), mark);
    try {
      body.apply(inner, input, path, output, requiresPath);
    } catch (Left e) {
      if (!e.mark.equals(mark)) {
        throw e;
      }
    }
  }

  /** {@code break $name}. */
  record Break(String name) implements Expression {
    @Override
    public void apply(
        Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath) {
      throw new Left(scope.getValue(key(name)));
    }
  }

  /** No variable has such a name. */
  private static String key(String name) {
    return "*" + name;
  }

  /** On its way to the label; nothing in an expression catches it. */
  private static final class Left extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonNode mark;

    Left(JsonNode mark) {
      super(null, null, false, false);
      this.mark = mark;
    }
  }
}
