package io.corale.flow.proto;

/**
 * The smallest part of a text that means something.
 *
 * @param text as it is written; of a string what it holds
 */
record Token(Kind kind, String text, Place place) {
  /** What a token is. */
  enum Kind {
    /** A name or keyword: no keyword is reserved, its place makes it one. */
    WORD,
    NUMBER,
    STRING,
    SIGN,
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** For a message. */
  String shown() {
    String shortened = text.length() <= 60 ? text : text.substring(0, 57) + "...";
    return kind == Kind.END ? "the end" : "'" + shortened + "'";
  }
}
