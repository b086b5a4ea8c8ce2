package io.corale.flow.proto;

import io.corale.flow.proto.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;

/** Cuts a text into tokens, as they are asked for. */
final class Tokens {
  private static final String SIGNS = "{}[]()<>=;,.:-+/";

  private final String text;
  private final Deque<Token> ahead = new ArrayDeque<>();
  private int offset;
  private int line = 1;
  private int column = 1;

  Tokens(String text) {
    this.text = text;
  }

  /** The next token, which stays. */
  Token peek() throws ProtoFailure {
    if (ahead.isEmpty()) {
      ahead.add(scan());
    }
    return ahead.element();
  }

  /** The one after the next. */
  Token peekBeyond() throws ProtoFailure {
    Token next = take();
    Token beyond = peek();
    ahead.addFirst(next);
    return beyond;
  }

  Token take() throws ProtoFailure {
    return ahead.isEmpty() ? scan() : ahead.remove();
  }

  /** Takes this sign if it is next. */
  boolean takes(String sign) throws ProtoFailure {
    return takesIf(peek().is(sign));
  }

  /** Takes this word if it is next. */
  boolean takesWord(String word) throws ProtoFailure {
    return takesIf(peek().isWord(word));
  }

  private boolean takesIf(boolean isNext) throws ProtoFailure {
    if (isNext) {
      take();
    }
    return isNext;
  }

  void expect(String sign) throws ProtoFailure {
    Token found = take();
    if (!found.is(sign)) {
      throw unexpected(found, "'" + sign + "'");
    }
  }

  Token name(String what) throws ProtoFailure {
    Token found = take();
    if (found.kind() != Kind.WORD) {
      throw unexpected(found, what);
    }
    return found;
  }

  /** A string; several in a row are one. */
  Token string(String what) throws ProtoFailure {
    Token first = take();
    if (first.kind() != Kind.STRING) {
      throw unexpected(first, what);
    }
    StringBuilder whole = new StringBuilder(first.text());
    while (peek().kind() == Kind.STRING) {
      whole.append(take().text());
    }
    return new Token(Kind.STRING, whole.toString(), first.place());
  }

  /** Names joined by dots, and maybe one before them. */
  Token path(String what) throws ProtoFailure {
    Place place = peek().place();
    StringBuilder path = new StringBuilder(takes(".") ? "." : "");
    path.append(name(what).text());
    while (takes(".")) {
      path.append('.').append(name(what).text());
    }
    return new Token(Kind.WORD, path.toString(), place);
  }

  /** A whole number, in any of the ways to write one. */
  int integer(String what) throws ProtoFailure {
    Place place = peek().place();
    boolean isNegative = takes("-");
    Token number = take();
    try {
      if (number.kind() == Kind.NUMBER) {
        return Math.toIntExact(Long.decode((isNegative ? "-" : "") + number.text()));
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new ProtoFailure(place, number.shown() + " is not " + what, "");
    }
    throw unexpected(number, what);
  }

  /** Takes what stands up to this sign, with the sign itself, whatever it is in brackets. */
  void skipTo(String end) throws ProtoFailure {
    int open = 0;
    while (true) {
      Token token = take();
      if (token.kind() == Kind.END) {
        throw unexpected(token, "'" + end + "'");
      }
      if (open == 0 && token.is(end)) {
        return;
      }
      open += token.is("{") || token.is("[") ? 1 : token.is("}") || token.is("]") ? -1 : 0;
    }
  }

  static ProtoFailure unexpected(Token found, String wanted) {
    return new ProtoFailure(found.place(), "expected " + wanted + ", found " + found.shown(), "");
  }

  private Token scan() throws ProtoFailure {
    skipBlanks();
    Place place = new Place(line, column);
    if (offset == text.length()) {
      return new Token(Kind.END, "", place);
    }
    char first = text.charAt(offset);
    if (isLetter(first)) {
      return new Token(Kind.WORD, word(), place);
    }
    if (isDigit(first) || (first == '.' && isDigit(at(offset + 1)))) {
      return new Token(Kind.NUMBER, number(), place);
    }
    if (first == '"' || first == '\'') {
      return new Token(Kind.STRING, quoted(first, place), place);
    }
    if (SIGNS.indexOf(first) < 0) {
      throw new ProtoFailure(place, "the character '" + first + "' means nothing here", "");
    }
    step();
    return new Token(Kind.SIGN, String.valueOf(first), place);
  }

  private void skipBlanks() throws ProtoFailure {
    while (offset < text.length()) {
      char next = text.charAt(offset);
      if (next == '/' && at(offset + 1) == '/') {
        while (offset < text.length() && text.charAt(offset) != '\n') {
          step();
        }
      } else if (next == '/' && at(offset + 1) == '*') {
        skipComment();
      } else if (Character.isWhitespace(next) || next == '\ufeff') {
        step();
      } else {
        return;
      }
    }
  }

  private void skipComment() throws ProtoFailure {
    Place place = new Place(line, column);
    int end = text.indexOf("*/", offset + 2);
    if (end < 0) {
      throw new ProtoFailure(place, "a comment has no end", "");
    }
    while (offset < end + 2) {
      step();
    }
  }

  private String word() {
    int begin = offset;
    while (offset < text.length() && (isLetter(at(offset)) || isDigit(at(offset)))) {
      step();
    }
    return text.substring(begin, offset);
  }

  private String number() {
    int begin = offset;
    boolean isHexadecimal = at(offset) == '0' && (at(offset + 1) | 0x20) == 'x';
    while (offset < text.length()) {
      char next = at(offset);
      boolean isSignOfExponent =
          (next == '-' || next == '+') && !isHexadecimal && (at(offset - 1) | 0x20) == 'e';
      if (!isLetter(next) && !isDigit(next) && next != '.' && !isSignOfExponent) {
        break;
      }
      step();
    }
    return text.substring(begin, offset);
  }

  /** What a backslash does is of no interest: only names are made of strings here. */
  private String quoted(char quote, Place place) throws ProtoFailure {
    step();
    StringBuilder held = new StringBuilder();
    while (at(offset) != quote) {
      if (offset >= text.length() || at(offset) == '\n') {
        throw new ProtoFailure(place, "a string has no end", "");
      }
      if (at(offset) == '\\') {
        held.append('\\');
        step();
      }
      if (offset < text.length()) {
        held.append(at(offset));
        step();
      }
    }
    step();
    return held.toString();
  }

  private char at(int position) {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private void step() {
    boolean isLineEnd = text.charAt(offset) == '\n';
    line += isLineEnd ? 1 : 0;
    column = isLineEnd ? 1 : column + 1;
    offset++;
  }

  private static boolean isLetter(char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
  }

  private static boolean isDigit(char each) {
    return each >= '0' && each <= '9';
  }
}
