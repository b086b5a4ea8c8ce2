package io.corale.flow.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** A regular expression that takes time in proportion to its size and the text, never more. */
final class LinearPattern {
  /** Longer ones are generated; they belong into an enum. */
  static final int MAX_CHARS = 1_000;

  /**
   * Instructions after counted repetitions are written out, as RE2/J does: {@code (x{1000}){1000}}
   * would be a million.
   */
  static final int MAX_SIZE = 5_000;

  private final Pattern pattern;
  private final int size;

  private LinearPattern(Pattern pattern) {
    this.pattern = pattern;
    this.size = pattern.programSize();
  }

  /** Compiles an expression, or throws what is wrong with it, to be put after its keyword. */
  static LinearPattern compile(String source) throws Unusable {
    if (source.length() > MAX_CHARS) {
      throw new Unusable("has " + source.length() + " characters, the limit is " + MAX_CHARS);
    }
    long size = PatternSize.of(source);
    if (size > MAX_SIZE) {
      throw new Unusable(
          "repeats so much that it becomes " + size + " steps long, the limit is " + MAX_SIZE);
    }
    try {
      return new LinearPattern(Pattern.compile(source));
    } catch (PatternSyntaxException e) {
      throw new Unusable(
          "must be a regular expression that RE2 can do (no look-around, no back reference): "
              + e.getDescription());
    }
  }

  /** Why an expression cannot be used. */
  static final class Unusable extends Exception {
    private final String why;

    Unusable(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  /** Whether it is found somewhere in a text. */
  boolean isIn(String text) {
    return pattern.matcher(text).find();
  }

  /** How many instructions it became. */
  int size() {
    return size;
  }

  /** What a search in a text costs, in steps of a check. */
  long cost(String text) {
    return 8 + (long) text.length() * size / 8;
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
