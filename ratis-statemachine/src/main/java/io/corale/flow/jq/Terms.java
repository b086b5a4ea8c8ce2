package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.misc.Pair;
import net.thisptr.jackson.jq.internal.tree.ArrayConstruction;
import net.thisptr.jackson.jq.internal.tree.Conditional;
import net.thisptr.jackson.jq.internal.tree.ForeachExpression;
import net.thisptr.jackson.jq.internal.tree.ReduceExpression;
import net.thisptr.jackson.jq.internal.tree.ThisObject;
import net.thisptr.jackson.jq.internal.tree.VariableAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.BracketExtractFieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.BracketFieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.IdentifierFieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.StringFieldAccess;
import net.thisptr.jackson.jq.internal.tree.literal.DoubleLiteral;
import net.thisptr.jackson.jq.internal.tree.literal.LongLiteral;
import net.thisptr.jackson.jq.internal.tree.literal.StringLiteral;
import net.thisptr.jackson.jq.internal.tree.matcher.PatternMatcher;

/** Parses the terms of an expression: what stands between operators. */
final class Terms {
  private final Parser parser;
  private final Cursor cursor;
  private final Known known;

  Terms(Parser parser) {
    this.parser = parser;
    this.cursor = parser.cursor();
    this.known = parser.known();
  }

  /** A term with everything that is appended to it. */
  Expression postfix() throws ExpressionFailure {
    parser.nest();
    Expression whole = appended(term());
    parser.leave();
    return whole;
  }

  private Expression term() throws ExpressionFailure {
    cursor.skip();
    char here = cursor.here();
    if (here == '.') {
      return dot();
    }
    if (here == '"') {
      return new Texts(parser).text(Optional.empty());
    }
    if (here == '$') {
      return variable();
    }
    if (here == '@') {
      return new Texts(parser).format();
    }
    if (here >= '0' && here <= '9') {
      return number();
    }
    if (cursor.takes("(")) {
      Expression inner = parser.pipe(true);
      cursor.require(")");
      return inner;
    }
    if (cursor.takes("[")) {
      return list();
    }
    if (cursor.takes("{")) {
      return new Objects(parser).construction();
    }
    return word();
  }

  private Expression dot() throws ExpressionFailure {
    int start = cursor.position();
    if (cursor.takes("..")) {
      known.lookAtInput(start);
      return Calls.builtIn("recurse");
    }
    if (cursor.isAtNumber()) {
      return number();
    }
    known.lookAtInput(start);
    cursor.take();
    String name = cursor.name();
    if (!name.isEmpty()) {
      return new Counted(
          new IdentifierFieldAccess(new Target(new ThisObject()), name, cursor.takes("?")));
    }
    if (cursor.here() == '"') {
      Expression key = new Texts(parser).text(Optional.empty());
      return new Counted(
          new StringFieldAccess(new Target(new ThisObject()), key, cursor.takes("?")));
    }
    return new ThisObject();
  }

  private Expression appended(Expression term) throws ExpressionFailure {
    Expression whole = term;
    while (true) {
      if (cursor.takes("[")) {
        whole = bracket(whole);
      } else if (cursor.takes("?")) {
        whole = new Attempt(whole, Optional.empty());
      } else if (cursor.sees(".") && !cursor.sees("..")) {
        whole = field(whole);
      } else {
        return whole;
      }
    }
  }

  private Expression field(Expression of) throws ExpressionFailure {
    cursor.require(".");
    if (cursor.takes("[")) {
      return bracket(of);
    }
    String name = cursor.name();
    if (!name.isEmpty()) {
      return new Counted(new IdentifierFieldAccess(new Target(of), name, cursor.takes("?")));
    }
    if (cursor.here() == '"') {
      Expression key = new Texts(parser).text(Optional.empty());
      return new Counted(new StringFieldAccess(new Target(of), key, cursor.takes("?")));
    }
    throw cursor.failure("has " + cursor.found() + " where a field was expected");
  }

  /** {@code []}, {@code [i]}, {@code [a:b]} after its first bracket. */
  private Expression bracket(Expression of) throws ExpressionFailure {
    Expression target = new Target(of);
    if (cursor.takes("]")) {
      return new Counted(new BracketExtractFieldAccess(target, cursor.takes("?")));
    }
    if (cursor.takes(":")) {
      return slice(target, Calls.nothing(), new Index(parser.pipe(true)));
    }
    Expression start = new Index(parser.pipe(true));
    if (!cursor.takes(":")) {
      cursor.require("]");
      return new Counted(new BracketFieldAccess(target, start, cursor.takes("?")));
    }
    Expression end = cursor.sees("]") ? Calls.nothing() : new Index(parser.pipe(true));
    return slice(target, start, end);
  }

  private Expression slice(Expression target, Expression start, Expression end)
      throws ExpressionFailure {
    cursor.require("]");
    return new Counted(new Built(new BracketFieldAccess(target, start, end, cursor.takes("?"))));
  }

  private Expression list() throws ExpressionFailure {
    if (cursor.takes("]")) {
      return new ArrayConstruction();
    }
    Expression items = parser.pipe(true);
    cursor.require("]");
    return new Counted(new ArrayConstruction(new Counted(items)));
  }

  private Expression number() throws ExpressionFailure {
    String digits = cursor.number();
    try {
      return new LongLiteral(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      double value = Double.parseDouble(digits);
      if (!Double.isFinite(value)) {
        throw cursor.failure("has the number " + digits + ", which is too large");
      }
      return new DoubleLiteral(value);
    }
  }

  private Expression variable() throws ExpressionFailure {
    int start = cursor.position();
    String name = variableName();
    if (name.equals("secrets") && known.secrets().isPresent()) {
      return secret(known.secrets().get());
    }
    if (!known.hasVariable(name)) {
      throw Refused.variable(name, start, known);
    }
    return new VariableAccess(null, name);
  }

  /**
   * One secret by its name, after {@code $secrets}: which ones an expression needs must be known.
   */
  private Expression secret(SortedSet<String> declared) throws ExpressionFailure {
    boolean isBracket = cursor.takes("[");
    if (!isBracket) {
      cursor.require(".");
    }
    cursor.skip();
    int start = cursor.position();
    String name = isBracket || cursor.here() == '"' ? quoted() : cursor.name();
    if (name.isEmpty()) {
      throw new ExpressionFailure(
          "looks at '$secrets' without the name of one",
          start,
          "write $secrets.apiKey, or $secrets[\"api-key\"]");
    }
    if (isBracket) {
      cursor.require("]");
    }
    if (!declared.contains(name)) {
      throw new ExpressionFailure(
              "looks at the secret '" + name + "', which is not in use.secrets", start, "")
          .near(name, declared);
    }
    known.mentionSecret(name);
    return new Counted(
        new StringFieldAccess(
            new Target(new VariableAccess(null, "secrets")), new StringLiteral(name), false));
  }

  /** A string of nothing but plain characters; empty if none is here. */
  private String quoted() {
    if (cursor.here() != '"') {
      return "";
    }
    cursor.take();
    StringBuilder text = new StringBuilder();
    while (cursor.here() != '"' && cursor.here() != 0 && cursor.here() != '\\') {
      text.append(cursor.take());
    }
    return cursor.take() == '"' ? text.toString() : "";
  }

  /** A name with its dollar. */
  String variableName() throws ExpressionFailure {
    cursor.require("$");
    String name = cursor.name();
    if (name.isEmpty()) {
      throw cursor.failure("has " + cursor.found() + " where the name of a variable was expected");
    }
    return name;
  }

  private Expression word() throws ExpressionFailure {
    if (cursor.takes("if")) {
      return condition();
    }
    if (cursor.takes("try")) {
      Expression body = postfix();
      return new Attempt(body, cursor.takes("catch") ? Optional.of(postfix()) : Optional.empty());
    }
    if (cursor.takes("reduce")) {
      return fold(true);
    }
    if (cursor.takes("foreach")) {
      return fold(false);
    }
    if (cursor.takes("break")) {
      int start = cursor.position();
      cursor.skip();
      String label = variableName();
      if (!known.hasLabel(label)) {
        throw new ExpressionFailure("breaks to '$" + label + "', which is no label", start, "");
      }
      return new Labelled.Break(label);
    }
    return new Calls(parser).call();
  }

  private Expression condition() throws ExpressionFailure {
    List<Pair<Expression, Expression>> cases = new ArrayList<>();
    do {
      Expression when = parser.pipe(true);
      cursor.require("then");
      cases.add(Pair.of(when, parser.pipe(true)));
    } while (cursor.takes("elif"));
    if (!cursor.sees("else")) {
      known.lookAtInput(cursor.position());
    }
    Expression otherwise = cursor.takes("else") ? parser.pipe(true) : new ThisObject();
    cursor.require("end");
    return new Counted(new Conditional(cases, otherwise));
  }

  /** {@code reduce} or {@code foreach} after its keyword. */
  private Expression fold(boolean isReduce) throws ExpressionFailure {
    int mark = known.mark();
    Expression items = new Counted(postfix());
    cursor.require("as");
    PatternMatcher pattern = new Patterns(parser).pattern();
    cursor.require("(");
    Expression first = parser.pipe(true);
    cursor.require(";");
    known.pipe();
    Expression update = new Counted(parser.pipe(true));
    Expression whole;
    if (isReduce) {
      whole = new ReduceExpression(pattern, first, update, items);
    } else {
      Expression extract = cursor.takes(";") ? parser.pipe(true) : new ThisObject();
      whole = new ForeachExpression(pattern, first, update, extract, items);
    }
    known.unpipe();
    cursor.require(")");
    known.forget(mark);
    return new Counted(whole);
  }
}
