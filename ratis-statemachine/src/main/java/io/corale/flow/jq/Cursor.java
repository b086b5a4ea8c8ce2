package io.corale.flow.jq;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an expression from left to right. */
final class Cursor {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private final String text;
  private int position;

  Cursor(String text) {
    this.text = text;
  }

  int position() {
    return position;
  }

  /** Steps over spaces and comments. */
  void skip() {
    while (position < text.length()) {
      char next = text.charAt(position);
      if (next == '#') {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(next)) {
        position++;
      } else {
        return;
      }
    }
  }

  boolean isAtEnd() {
    skip();
    return position == text.length();
  }

  /** The character here, without skipping; 0 at the end. */
  char here() {
    return position < text.length() ? text.charAt(position) : 0;
  }

  char take() {
    char taken = here();
    position++;
    return taken;
  }

  /** Whether this symbol or word comes next. */
  boolean sees(String symbol) {
    skip();
    if (!text.startsWith(symbol, position)) {
      return false;
    }
    boolean isWord = Character.isLetter(symbol.charAt(0));
    return !isWord || !isNamePart(position + symbol.length());
  }

  /** Steps over this symbol or word if it comes next. */
  boolean takes(String symbol) {
    boolean sees = sees(symbol);
    if (sees) {
      position += symbol.length();
    }
    return sees;
  }

  void require(String symbol) throws ExpressionFailure {
    if (!takes(symbol)) {
      throw failure("has " + found() + " where '" + symbol + "' was expected");
    }
  }

  /** A name exactly here; empty if none is. */
  String name() {
    return match(NAME);
  }

  /** Whether a number that begins with its point is here. */
  boolean isAtNumber() {
    return position + 1 < text.length() && Character.digit(text.charAt(position + 1), 10) >= 0;
  }

  /** A number exactly here; empty if none is. */
  String number() {
    return match(NUMBER);
  }

  ExpressionFailure failure(String reason) {
    return new ExpressionFailure(reason, position, "");
  }

  /** What stands here, for a message. */
  String found() {
    if (isAtEnd()) {
      return "its end";
    }
    int from = position;
    String word = name();
    position = from;
    return "'" + (word.isEmpty() ? String.valueOf(here()) : word) + "'";
  }

  private boolean isNamePart(int at) {
    return at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
  }

  private String match(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      return "";
    }
    position = matcher.end();
    return matcher.group();
  }
}
