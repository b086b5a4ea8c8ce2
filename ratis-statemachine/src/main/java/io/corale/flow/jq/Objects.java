package io.corale.flow.jq;

import java.util.Optional;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.tree.FieldConstruction;
import net.thisptr.jackson.jq.internal.tree.IdentifierKeyFieldConstruction;
import net.thisptr.jackson.jq.internal.tree.JsonQueryKeyFieldConstruction;
import net.thisptr.jackson.jq.internal.tree.ObjectConstruction;
import net.thisptr.jackson.jq.internal.tree.StringKeyFieldConstruction;
import net.thisptr.jackson.jq.internal.tree.VariableKeyFieldConstruction;

/** Parses the construction of an object. */
final class Objects {
  private final Parser parser;
  private final Cursor cursor;

  Objects(Parser parser) {
    this.parser = parser;
    this.cursor = parser.cursor();
  }

  /** After the first brace. */
  Expression construction() throws ExpressionFailure {
    ObjectConstruction object = new ObjectConstruction();
    if (!cursor.takes("}")) {
      do {
        object.add(field());
      } while (cursor.takes(","));
      cursor.require("}");
    }
    return new Counted(new Built(object));
  }

  private FieldConstruction field() throws ExpressionFailure {
    cursor.skip();
    if (cursor.here() == '$') {
      int start = cursor.position();
      String name = new Terms(parser).variableName();
      if (!parser.known().hasVariable(name)) {
        throw Refused.variable(name, start, parser.known());
      }
      return new VariableKeyFieldConstruction(name);
    }
    if (cursor.takes("(")) {
      Expression key = parser.pipe(true);
      cursor.require(")");
      cursor.require(":");
      return new JsonQueryKeyFieldConstruction(new Key(key), parser.pipe(false));
    }
    if (cursor.here() == '"') {
      Expression key = new Texts(parser).text(Optional.empty());
      lookWithoutValue();
      return cursor.takes(":")
          ? new StringKeyFieldConstruction(key, parser.pipe(false))
          : new StringKeyFieldConstruction(key);
    }
    String name = cursor.name();
    if (name.isEmpty()) {
      throw cursor.failure("has " + cursor.found() + " where the key of a field was expected");
    }
    lookWithoutValue();
    return cursor.takes(":")
        ? new IdentifierKeyFieldConstruction(name, parser.pipe(false))
        : new IdentifierKeyFieldConstruction(name);
  }

  /** A key alone takes its value from the input. */
  private void lookWithoutValue() {
    if (!cursor.sees(":")) {
      parser.known().lookAtInput(cursor.position());
    }
  }
}
