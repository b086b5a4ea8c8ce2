package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.tree.literal.StringLiteral;
import net.thisptr.jackson.jq.internal.tree.matcher.PatternMatcher;
import net.thisptr.jackson.jq.internal.tree.matcher.matchers.ArrayMatcher;
import net.thisptr.jackson.jq.internal.tree.matcher.matchers.ObjectMatcher;
import net.thisptr.jackson.jq.internal.tree.matcher.matchers.ObjectMatcher.FieldMatcher;
import net.thisptr.jackson.jq.internal.tree.matcher.matchers.ValueMatcher;

/** Parses what stands after <code>as</code>; the variables in it are known from there on. */
final class Patterns {
  private final Parser parser;
  private final Cursor cursor;

  Patterns(Parser parser) {
    this.parser = parser;
    this.cursor = parser.cursor();
  }

  PatternMatcher pattern() throws ExpressionFailure {
    parser.nest();
    PatternMatcher pattern = nested();
    parser.leave();
    return pattern;
  }

  private PatternMatcher nested() throws ExpressionFailure {
    cursor.skip();
    if (cursor.takes("[")) {
      List<PatternMatcher> items = new ArrayList<>();
      do {
        items.add(pattern());
      } while (cursor.takes(","));
      cursor.require("]");
      return new ArrayMatcher(items);
    }
    if (cursor.takes("{")) {
      List<FieldMatcher> fields = new ArrayList<>();
      do {
        fields.add(field());
      } while (cursor.takes(","));
      cursor.require("}");
      return new ObjectMatcher(fields);
    }
    return new ValueMatcher(variable());
  }

  private FieldMatcher field() throws ExpressionFailure {
    cursor.skip();
    if (cursor.here() == '$') {
      Expression name = new StringLiteral(variable());
      return new FieldMatcher(true, name, cursor.takes(":") ? pattern() : null);
    }
    Expression name;
    if (cursor.takes("(")) {
      name = parser.pipe(true);
      cursor.require(")");
    } else if (cursor.here() == '"') {
      name = new Texts(parser).text(Optional.empty());
    } else {
      name = new StringLiteral(cursor.name());
    }
    cursor.require(":");
    return new FieldMatcher(false, name, pattern());
  }

  private String variable() throws ExpressionFailure {
    String name = new Terms(parser).variableName();
    parser.known().addVariable(name);
    return name;
  }
}
