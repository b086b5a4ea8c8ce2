package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** One compiled jq expression; immutable, so any number of threads may evaluate it at once. */
public final class Query {
  /** The longest expression; more is a program and belongs in a function. */
  public static final int MAX_TEXT_BYTES = 4 * 1024;

  /** The largest value that goes into or comes out of an expression. */
  public static final int MAX_VALUE_BYTES = 256 * 1024;

  /** Names that the standard gives a meaning, so that no variable of a loop may have them. */
  public static final SortedSet<String> RESERVED =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(
              List.of(
                  "authorization",
                  "context",
                  "ENV",
                  "error",
                  "input",
                  "output",
                  "runtime",
                  "secrets",
                  "task",
                  "workflow")));

  private final String text;
  private final Expression tree;
  private final SortedSet<String> mentioned;
  private final SortedSet<String> secrets;

  private Query(String text, Expression tree, Known known) {
    this.text = text;
    this.tree = tree;
    this.mentioned = Collections.unmodifiableSortedSet(known.mentioned());
    this.secrets = Collections.unmodifiableSortedSet(known.mentionedSecrets());
  }

  /** Compiles a text in which exactly these variables (named without {@code $}) are known. */
  public static Query compile(String text, SortedSet<String> variables) throws ExpressionFailure {
    return compile(text, new Known(variables));
  }

  /**
   * Compiles a text that looks at secrets by their names, which must be among these, and at nothing
   * else: so that it can be evaluated where there is nothing else, and what it gives is known to be
   * secret. It is evaluated with {@code secrets} for its one variable.
   */
  public static Query compileSecrets(String text, SortedSet<String> names)
      throws ExpressionFailure {
    Known known = Known.ofSecrets(names);
    Query query = compile(text, known);
    if (known.lookedAt() >= 0) {
      throw new ExpressionFailure(
          "looks at its input, and at secrets it may look alone",
          known.lookedAt(),
          "it is evaluated when the request is sent, where there is no data any more");
    }
    return query;
  }

  private static Query compile(String text, Known known) throws ExpressionFailure {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TEXT_BYTES) {
      throw new ExpressionFailure(
          "is " + bytes + " bytes long, the limit is " + MAX_TEXT_BYTES,
          0,
          "move it to a function");
    }
    try {
      return new Query(text, new Parser(text, known, Builtins.names()).parse(), known);
    } catch (StackOverflowError e) {
      throw new ExpressionFailure("is nested too deeply");
    }
  }

  /** Whether it looks at this variable, named without {@code $}. */
  public boolean mentions(String variable) {
    return mentioned.contains(variable);
  }

  /** The names of the secrets that it looks at. */
  public SortedSet<String> secrets() {
    return secrets;
  }

  /** Its one value for this input; more than one or none is a failure. */
  public JsonNode evaluate(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
      throws ExpressionFailure {
    Scope scope = Builtins.scope();
    variables.forEach(scope::setValue);
    List<JsonNode> outputs = new ArrayList<>();
    Budget before = Meter.swap(budget);
    try {
      tree.apply(scope, input, value -> keep(outputs, value));
    } catch (JsonQueryException e) {
      throw new ExpressionFailure(shown() + ": " + e.getMessage());
    } catch (OverBudget e) {
      throw ExpressionFailure.overBudget(shown() + " " + e.getMessage(), e.isOfTheMoment());
    } catch (StackOverflowError e) {
      throw new ExpressionFailure(shown() + " recurses too deeply");
    } catch (OutOfMemoryError e) {
      outputs.clear();
      throw ExpressionFailure.ofTheMoment(shown() + " needs more memory than there is");
    } catch (RuntimeException e) {
      // jackson-jq throws on some inputs what it does not declare; a bad input is no bug of ours.
      throw new ExpressionFailure(shown() + " fails inside: " + e);
    } finally {
      Meter.swap(before);
    }
    if (outputs.size() != 1) {
      String count = outputs.isEmpty() ? "no value" : "more than one value";
      throw new ExpressionFailure(shown() + " gives " + count + ", exactly one is needed");
    }
    return outputs.get(0);
  }

  private static void keep(List<JsonNode> outputs, JsonNode value) {
    Meter.weigh(value);
    requireFinite(value);
    if (outputs.size() < 2) {
      outputs.add(value);
    }
  }

  /** JSON has no word for the others. */
  private static void requireFinite(JsonNode value) {
    if (value.isDouble() && !Double.isFinite(value.doubleValue())) {
      throw new OverBudget("makes a number that is not finite");
    }
    value.forEach(Query::requireFinite);
  }

  private String shown() {
    String line = text.strip().replace('\n', ' ');
    return "'" + (line.length() <= 80 ? line : line.substring(0, 77) + "...") + "'";
  }

  @Override
  public String toString() {
    return text;
  }
}
