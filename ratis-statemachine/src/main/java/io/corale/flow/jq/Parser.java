package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.IsolatedScopeQuery;
import net.thisptr.jackson.jq.internal.tree.AssignPipeComponent;
import net.thisptr.jackson.jq.internal.tree.FunctionDefinition;
import net.thisptr.jackson.jq.internal.tree.PipeComponent;
import net.thisptr.jackson.jq.internal.tree.PipedQuery;
import net.thisptr.jackson.jq.internal.tree.SemicolonOperator;
import net.thisptr.jackson.jq.internal.tree.TransformPipeComponent;
import net.thisptr.jackson.jq.internal.tree.Tuple;
import net.thisptr.jackson.jq.internal.tree.matcher.PatternMatcher;

/**
 * Parses the text of an expression to the tree of jackson-jq, each part that can repeat or grow
 * counted. jackson-jq's own parser gives a tree that cannot be counted, and no place of an error.
 *
 * <p>The grammar is that of jq 1.6 without modules and the environment, each refused by name.
 */
final class Parser {
  /** Deeper brackets would exhaust the stack of this parser. */
  private static final int MAX_NESTING = 64;

  private final Cursor cursor;
  private final Known known;
  private final SortedSet<String> functions;
  private final int length;
  private int nesting;

  /**
   * @param functions that are built in, as {@code name/arguments}
   */
  Parser(String text, Known known, SortedSet<String> functions) {
    this.cursor = new Cursor(text);
    this.length = text.length();
    this.known = known;
    this.functions = functions;
  }

  Cursor cursor() {
    return cursor;
  }

  Known known() {
    return known;
  }

  int length() {
    return length;
  }

  SortedSet<String> functions() {
    return functions;
  }

  boolean isBuiltIn(String name, int arguments) {
    return functions.contains(name + "/" + arguments);
  }

  boolean isKnown(String name, int arguments) {
    return known.hasFunction(name, arguments) || isBuiltIn(name, arguments);
  }

  /** The whole text. */
  Expression parse() throws ExpressionFailure {
    if (cursor.isAtEnd()) {
      throw cursor.failure("is empty");
    }
    Expression whole = pipe(true);
    if (!cursor.isAtEnd()) {
      throw cursor.failure("goes on with " + cursor.found() + " where its end was expected");
    }
    return whole;
  }

  /** Definitions only, as a prelude has them. */
  List<Expression> definitions() throws ExpressionFailure {
    List<Expression> definitions = new ArrayList<>();
    while (!cursor.isAtEnd()) {
      cursor.require("def");
      definitions.add(definition());
    }
    return definitions;
  }

  /** {@code a, b | c}; without commas where those separate something else. */
  Expression pipe(boolean withCommas) throws ExpressionFailure {
    nest();
    List<PipeComponent> parts = new ArrayList<>();
    parts.add(new TransformPipeComponent(withCommas ? list() : ranked(0)));
    known.pipe();
    while (!cursor.sees("|=") && cursor.takes("|")) {
      parts.add(new TransformPipeComponent(withCommas ? list() : ranked(0)));
    }
    known.unpipe();
    leave();
    return parts.size() == 1
        ? ((TransformPipeComponent) parts.get(0)).expr
        : new Counted(new PipedQuery(parts));
  }

  /** Goes into a part of which there may be another inside; {@link #leave} comes after it. */
  void nest() throws ExpressionFailure {
    nesting++;
    if (nesting > MAX_NESTING) {
      throw cursor.failure("is nested deeper than " + MAX_NESTING + " levels");
    }
  }

  void leave() {
    nesting--;
  }

  private Expression list() throws ExpressionFailure {
    List<Expression> items = new ArrayList<>();
    do {
      items.add(ranked(0));
    } while (cursor.takes(","));
    return items.size() == 1 ? items.get(0) : new Counted(new Tuple(items));
  }

  private Expression ranked(int rank) throws ExpressionFailure {
    if (rank == Operators.RANKS.size()) {
      return operand();
    }
    Operators.Rank operators = Operators.RANKS.get(rank);
    Expression left = ranked(rank + 1);
    String symbol = operator(operators);
    if (symbol.isEmpty()) {
      return left;
    }
    if (operators.grouping() == Operators.Grouping.RIGHT) {
      nest();
      Expression whole = Operators.of(symbol, left, ranked(rank));
      leave();
      return whole;
    }
    left = Operators.of(symbol, left, ranked(rank + 1));
    for (symbol = operator(operators); !symbol.isEmpty(); symbol = operator(operators)) {
      if (operators.grouping() == Operators.Grouping.NONE) {
        throw cursor.failure("has '" + symbol + "' a second time; use parentheses");
      }
      left = Operators.of(symbol, left, ranked(rank + 1));
    }
    return left;
  }

  /** Takes the operator of this rank that comes next; empty if another or none does. */
  private String operator(Operators.Rank rank) {
    for (String symbol : rank.symbols()) {
      boolean isOther =
          switch (symbol) {
            case "//", "+", "-", "*", "%" -> cursor.sees(symbol + "=");
            case "/" -> cursor.sees("//") || cursor.sees("/=");
            case "=" -> cursor.sees("==");
            default -> false;
          };
      if (!isOther && cursor.takes(symbol)) {
        return symbol;
      }
    }
    return "";
  }

  private Expression operand() throws ExpressionFailure {
    int mark = known.mark();
    if (cursor.takes("def")) {
      Expression definition = definition();
      Expression rest = pipe(true);
      known.forget(mark);
      return new IsolatedScopeQuery(new SemicolonOperator(List.of(definition, rest)));
    }
    if (cursor.takes("label")) {
      String name = new Terms(this).variableName();
      cursor.require("|");
      known.addLabel(name);
      Expression body = pipe(true);
      known.forget(mark);
      return new Counted(new Labelled(name, body));
    }
    if (cursor.takes("-")) {
      nest();
      Expression negated = new Counted(new Negation(operand()));
      leave();
      return negated;
    }
    Expression term = new Terms(this).postfix();
    if (!cursor.takes("as")) {
      return term;
    }
    PatternMatcher pattern = new Patterns(this).pattern();
    cursor.require("|");
    Expression body = pipe(true);
    known.forget(mark);
    return piped(new AssignPipeComponent(term, pattern), body);
  }

  private static Expression piped(PipeComponent first, Expression body) {
    return new Counted(new PipedQuery(List.of(first, new TransformPipeComponent(body))));
  }

  /** {@code name(a; $b): body;} after its keyword. */
  private Expression definition() throws ExpressionFailure {
    cursor.skip();
    String name = cursor.name();
    if (name.isEmpty()) {
      throw cursor.failure("has " + cursor.found() + " where the name of a function was expected");
    }
    List<String> parameters = new ArrayList<>();
    if (cursor.takes("(")) {
      do {
        boolean isValue = cursor.takes("$");
        cursor.skip();
        String parameter = cursor.name();
        if (parameter.isEmpty()) {
          throw cursor.failure("has " + cursor.found() + " where a parameter was expected");
        }
        parameters.add(isValue ? "$" + parameter : parameter);
      } while (cursor.takes(";"));
      cursor.require(")");
    }
    cursor.require(":");
    known.addFunction(name, parameters.size());
    int mark = known.mark();
    for (String parameter : parameters) {
      if (parameter.startsWith("$")) {
        known.addVariable(parameter.substring(1));
      } else {
        known.addFunction(parameter, 0);
      }
    }
    Expression body = pipe(true);
    cursor.require(";");
    known.forget(mark);
    return new FunctionDefinition(name, parameters, body);
  }
}
