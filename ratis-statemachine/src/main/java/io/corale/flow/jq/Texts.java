package io.corale.flow.jq;

import java.util.List;
import java.util.Optional;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.internal.tree.PipedQuery;
import net.thisptr.jackson.jq.internal.tree.TransformPipeComponent;
import net.thisptr.jackson.jq.internal.tree.literal.StringLiteral;

/**
 * Parses strings and formats. {@code "a\(e)b"} becomes {@code "a" + (e | tostring) + "b"}, so that
 * every growth of a string pays like any other sum.
 */
final class Texts {
  private final Parser parser;
  private final Cursor cursor;

  Texts(Parser parser) {
    this.parser = parser;
    this.cursor = parser.cursor();
  }

  /** {@code @base64}, alone or in front of a string whose parts it formats. */
  Expression format() throws ExpressionFailure {
    int start = cursor.position();
    cursor.take();
    String name = "@" + cursor.name();
    String function =
        switch (name) {
          case "@text" -> "tostring";
          case "@json" -> "tojson";
          default -> name;
        };
    if (!parser.isBuiltIn(function, 0)) {
      throw new ExpressionFailure("uses the unknown format '" + name + "'", start, "");
    }
    cursor.skip();
    if (cursor.here() == '"') {
      return text(Optional.of(function));
    }
    parser.known().lookAtInput(start);
    return Calls.builtIn(function);
  }

  /** A string from its first quote; each part in it goes through the format. */
  Expression text(Optional<String> format) throws ExpressionFailure {
    int start = cursor.position();
    cursor.take();
    StringBuilder piece = new StringBuilder();
    Optional<Expression> whole = Optional.empty();
    while (cursor.here() != '"') {
      if (cursor.position() >= parser.length()) {
        throw new ExpressionFailure("has a string without its second quote", start, "");
      }
      char next = cursor.take();
      if (next != '\\') {
        piece.append(next);
      } else if (cursor.here() == '(') {
        cursor.take();
        Expression part = parser.pipe(true);
        cursor.require(")");
        whole = Optional.of(joined(whole, piece, formatted(part, format.orElse("tostring"))));
        piece.setLength(0);
      } else {
        piece.append(escaped());
      }
    }
    cursor.take();
    if (whole.isEmpty()) {
      return new StringLiteral(piece.toString());
    }
    return piece.isEmpty()
        ? whole.get()
        : Operators.of("+", whole.get(), new StringLiteral(piece.toString()));
  }

  private static Expression joined(
      Optional<Expression> before, StringBuilder piece, Expression part) {
    if (before.isEmpty()) {
      return Operators.of("+", new StringLiteral(piece.toString()), part);
    }
    Expression left =
        piece.isEmpty()
            ? before.get()
            : Operators.of("+", before.get(), new StringLiteral(piece.toString()));
    return Operators.of("+", left, part);
  }

  private static Expression formatted(Expression part, String function) {
    return new PipedQuery(
        List.of(
            new TransformPipeComponent(part), new TransformPipeComponent(Calls.builtIn(function))));
  }

  private char escaped() throws ExpressionFailure {
    char escape = cursor.take();
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw cursor.failure("has the unknown escape '\\" + escape + "' in a string");
    };
  }

  private char unicode() throws ExpressionFailure {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(cursor.take(), 16);
      if (digit < 0) {
        throw cursor.failure("has '\\u' without four hexadecimal digits in a string");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }
}
