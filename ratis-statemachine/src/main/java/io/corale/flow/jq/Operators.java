package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;
import net.thisptr.jackson.jq.internal.operators.DivideOperator;
import net.thisptr.jackson.jq.internal.operators.EqualOperator;
import net.thisptr.jackson.jq.internal.operators.GreaterEqualOperator;
import net.thisptr.jackson.jq.internal.operators.GreaterOperator;
import net.thisptr.jackson.jq.internal.operators.LessEqualOperator;
import net.thisptr.jackson.jq.internal.operators.LessOperator;
import net.thisptr.jackson.jq.internal.operators.MinusOperator;
import net.thisptr.jackson.jq.internal.operators.ModuloOperator;
import net.thisptr.jackson.jq.internal.operators.MultiplyOperator;
import net.thisptr.jackson.jq.internal.operators.NotEqualOperator;
import net.thisptr.jackson.jq.internal.operators.PlusOperator;
import net.thisptr.jackson.jq.internal.tree.binaryop.AlternativeOperatorExpression;
import net.thisptr.jackson.jq.internal.tree.binaryop.BooleanAndExpression;
import net.thisptr.jackson.jq.internal.tree.binaryop.BooleanOrExpression;
import net.thisptr.jackson.jq.internal.tree.binaryop.SimpleBinaryOperatorExpression;

/** The operators of jq by their rank, the loosest first, each as a counted expression. */
final class Operators {
  /** How operators of one rank follow each other. */
  enum Grouping {
    LEFT,
    RIGHT,
    NONE
  }

  /** Operators that bind equally; a longer symbol stands before one that is its beginning. */
  record Rank(Grouping grouping, List<String> symbols) {}

  static final List<Rank> RANKS =
      List.of(
          new Rank(Grouping.RIGHT, List.of("//")),
          new Rank(Grouping.NONE, List.of("//=", "|=", "+=", "-=", "*=", "/=", "%=", "=")),
          new Rank(Grouping.LEFT, List.of("or")),
          new Rank(Grouping.LEFT, List.of("and")),
          new Rank(Grouping.NONE, List.of("==", "!=", "<=", ">=", "<", ">")),
          new Rank(Grouping.LEFT, List.of("+", "-")),
          new Rank(Grouping.LEFT, List.of("*", "/", "%")));

  private static final Map<String, BinaryOperator> PLAIN = plain();

  private Operators() {}

  private static Map<String, BinaryOperator> plain() {
    Map<String, BinaryOperator> plain = new LinkedHashMap<>();
    List<BinaryOperator> operators =
        List.of(
            new PlusOperator(),
            new MinusOperator(),
            new MultiplyOperator(),
            new DivideOperator(),
            new ModuloOperator());
    List<String> symbols = List.of("+", "-", "*", "/", "%");
    for (int i = 0; i < symbols.size(); i++) {
      plain.put(symbols.get(i), new Charged(operators.get(i)));
    }
    plain.put("==", new Charged(new EqualOperator()));
    plain.put("!=", new Charged(new NotEqualOperator()));
    plain.put("<", new Charged(new LessOperator()));
    plain.put("<=", new Charged(new LessEqualOperator()));
    plain.put(">", new Charged(new GreaterOperator()));
    plain.put(">=", new Charged(new GreaterEqualOperator()));
    return plain;
  }

  static Expression of(String symbol, Expression left, Expression right) {
    return new Counted(make(symbol, left, right));
  }

  private static Expression make(String symbol, Expression left, Expression right) {
    return switch (symbol) {
      case "//" -> new AlternativeOperatorExpression(left, right);
      case "or" -> new BooleanOrExpression(left, right);
      case "and" -> new BooleanAndExpression(left, right);
      case "=" -> new Assigned(left, right, (scope, old, operand) -> operand);
      case "|=" -> new Assigned.Update(left, right);
      case "//=" -> new Assigned(left, right, (scope, old, operand) -> isTrue(old) ? old : operand);
      case "+=", "-=", "*=", "/=", "%=" -> {
        BinaryOperator operator = operator(symbol.substring(0, 1));
        yield new Assigned(
            left,
            right,
            (scope, old, operand) -> operator.apply(scope.getObjectMapper(), old, operand));
      }
      default -> new Plain(left, right, operator(symbol));
    };
  }

  /** Neither null nor false. */
  static boolean isTrue(JsonNode value) {
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  private static BinaryOperator operator(String symbol) {
    BinaryOperator operator = PLAIN.get(symbol);
    if (operator == null) {
      throw new IllegalArgumentException("no operator " + symbol);
    }
    return operator;
  }

  /** jackson-jq's own expression of two operands, with our operator in it. */
  private static final class Plain extends SimpleBinaryOperatorExpression {
    Plain(Expression left, Expression right, BinaryOperator operator) {
      super(left, right, operator);
    }
  }
}
