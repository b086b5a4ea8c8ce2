package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.internal.tree.FunctionCall;
import net.thisptr.jackson.jq.internal.tree.literal.BooleanLiteral;
import net.thisptr.jackson.jq.internal.tree.literal.NullLiteral;

/** Parses calls of functions, and the words that look like them. */
final class Calls {
  /** Functions that certainly do not look at their input. */
  private static final List<String> BLIND = List.of("empty/0", "error/1", "now/0", "range/2");

  private final Parser parser;
  private final Cursor cursor;

  Calls(Parser parser) {
    this.parser = parser;
    this.cursor = parser.cursor();
  }

  /** A call of a built-in function without arguments. */
  static Expression builtIn(String name) {
    return new Counted(new FunctionCall(null, name, List.of(), Versions.JQ_1_6));
  }

  static Expression nothing() {
    return new NullLiteral();
  }

  Expression call() throws ExpressionFailure {
    int start = cursor.position();
    String name = cursor.name();
    if (name.equals("true") || name.equals("false")) {
      return new BooleanLiteral(name.equals("true"));
    }
    if (name.equals("null")) {
      return nothing();
    }
    if (name.isEmpty()) {
      throw cursor.failure("has " + cursor.found() + " where a value was expected");
    }
    List<Expression> arguments = arguments();
    if (!BLIND.contains(name + "/" + arguments.size())) {
      parser.known().lookAtInput(start);
    }
    if (!parser.isKnown(name, arguments.size())) {
      throw unknown(name, arguments.size(), start);
    }
    boolean isOwn = parser.known().hasFunction(name, arguments.size());
    return !isOwn && RegexCall.names().contains(name + "/" + arguments.size())
        ? RegexCall.of(name, arguments, start)
        : new Counted(new FunctionCall(null, name, arguments, Versions.JQ_1_6));
  }

  private List<Expression> arguments() throws ExpressionFailure {
    List<Expression> arguments = new ArrayList<>();
    if (cursor.takes("(")) {
      do {
        arguments.add(parser.pipe(true));
      } while (cursor.takes(";"));
      cursor.require(")");
    }
    return arguments;
  }

  private ExpressionFailure unknown(String name, int count, int start) {
    var refused = Refused.function(name);
    if (refused.isPresent()) {
      return new ExpressionFailure(
          "uses '" + name + "', which is not supported", start, refused.get());
    }
    SortedSet<String> others = new TreeSet<>();
    SortedSet<String> names = new TreeSet<>();
    for (String function : parser.functions()) {
      String known = function.substring(0, function.indexOf('/'));
      names.add(known);
      if (known.equals(name)) {
        others.add(function.substring(known.length() + 1));
      }
    }
    if (!others.isEmpty()) {
      return new ExpressionFailure(
          "calls '" + name + "' with " + count + " arguments",
          start,
          "it takes " + String.join(" or ", others));
    }
    return new ExpressionFailure("uses the unknown function '" + name + "'", start, "")
        .near(name, names);
  }
}
