package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
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

  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)");

  private static final Scope ROOT = Scope.newEmptyScope();

  static {
    BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, ROOT);
  }

  private final String text;
  private final JsonQuery query;
  private final SortedSet<String> mentioned;

  private Query(String text, JsonQuery query, SortedSet<String> mentioned) {
    this.text = text;
    this.query = query;
    this.mentioned = Collections.unmodifiableSortedSet(mentioned);
  }

  /** Compiles the text, in which exactly these variables (named without {@code $}) are in scope. */
  public static Query compile(String text, SortedSet<String> variables) throws ExpressionFailure {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
      throw new ExpressionFailure("is longer than " + MAX_TEXT_BYTES + " bytes");
    }
    SortedSet<String> mentioned = new TreeSet<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      mentioned.add(matcher.group(1));
    }
    try {
      return new Query(text, JsonQuery.compile(text, Versions.JQ_1_6), mentioned);
    } catch (JsonQueryException e) {
      throw new ExpressionFailure(String.valueOf(e.getMessage()));
    }
  }

  /** Whether it looks at this variable, named without {@code $}. */
  public boolean mentions(String variable) {
    return mentioned.contains(variable);
  }

  /** Its one value for this input; more than one or none is a failure. */
  public JsonNode evaluate(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
      throws ExpressionFailure {
    Scope scope = Scope.newChildScope(ROOT);
    variables.forEach(scope::setValue);
    List<JsonNode> outputs = new ArrayList<>();
    try {
      budget.spend(1);
      query.apply(scope, input, outputs::add);
    } catch (JsonQueryException e) {
      throw new ExpressionFailure(String.valueOf(e.getMessage()));
    }
    if (outputs.size() != 1) {
      throw new ExpressionFailure("gave " + outputs.size() + " values; exactly one is needed");
    }
    return outputs.get(0);
  }

  @Override
  public String toString() {
    return text;
  }
}
