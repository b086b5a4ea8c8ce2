package io.corale.flow.regex;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What RE2/J will make of a regular expression.
 *
 * @param size how many instructions at most, without the two that every program has
 * @param listed how many characters it takes one by one: those of ranges where case is ignored, and
 *     of classes of Unicode
 * @param folds whether it finds the other cases of all characters where case is ignored
 */
record Measure(long size, long listed, boolean folds) {
  /** What a class of Unicode counts: the longest, of capital letters, takes about so long. */
  static final int LISTED_IN_A_TABLE = 256;

  static Measure of(String source, boolean ignoresCase) {
    return new Reader(source, ignoresCase).read();
  }

  /**
   * Follows RE2/J's parser, since a repetition is of what that takes for the last item: with {@code
   * a{99}(?i){99}} and {@code a{99}\Q\E{99}} it is {@code a{99}} again. Where RE2/J will complain,
   * what is measured does not matter: it complains before it writes anything out.
   */
  private static final class Reader {
    /** Keeps the products of sizes and counts within a long. */
    private static final long MAX_PRODUCT = Integer.MAX_VALUE;

    private final String source;
    private final Deque<Open> around = new ArrayDeque<>();
    private boolean ignoresCase;
    private long alternatives;
    private long before;
    private long last;
    private long listed;
    private boolean folds = true;

    Reader(String source, boolean ignoresCase) {
      this.source = source;
      this.ignoresCase = ignoresCase;
    }

    /** What stands before a bracket that is not closed yet, and holds again behind it. */
    private record Open(long alternatives, long before, boolean ignoresCase, boolean captures) {}

    Measure read() {
      int at = 0;
      while (at < source.length()) {
        at = step(at);
      }
      return new Measure(alternatives + alternative(), listed, folds);
    }

    /** Counts what stands here; where the next begins. */
    private int step(int at) {
      if (Pieces.isQuote(source, at)) {
        return quote(at);
      }
      return switch (source.charAt(at)) {
        case '(' -> open(at);
        case ')' -> close(at);
        case '|' -> bar(at);
        case '*' -> repeat(last + 2, at + 1);
        case '+', '?' -> repeat(last + 1, at + 1);
        case '{' -> brace(at);
        case '\\' -> escape(at);
        case '[' -> brackets(at);
        default -> character(source.codePointAt(at), at);
      };
    }

    private int character(int character, int at) {
      fold(character);
      return item(at + Character.charCount(character));
    }

    private void fold(int character) {
      folds &= !ignoresCase || !Folding.neverEnds(character, character);
    }

    private int item(int end) {
      before += last;
      last = 1;
      return end;
    }

    private int quote(int at) {
      String text = Pieces.quoted(source, at);
      int within = 0;
      while (within < text.length()) {
        within = character(text.codePointAt(within), within);
      }
      return Pieces.endOfQuote(source, at);
    }

    private int open(int at) {
      boolean hasName = source.startsWith("(?P<", at) || source.startsWith("(?<", at);
      int end = at + 1;
      boolean staysIgnoring = ignoresCase;
      if (hasName) {
        end = Math.max(end, source.indexOf('>', at) + 1);
      } else if (source.startsWith("(?", at)) {
        end = endOfFlags(at + 2);
        staysIgnoring = ignoresCase(source.substring(at + 2, end));
        if (source.charAt(end - 1) == ')') {
          ignoresCase = staysIgnoring;
          return end;
        }
      }
      boolean captures = hasName || end == at + 1;
      around.push(new Open(alternatives, before + last, ignoresCase, captures));
      ignoresCase = staysIgnoring;
      alternatives = 0;
      before = 0;
      last = 0;
      return end;
    }

    private int endOfFlags(int from) {
      int at = from;
      while (at < source.length() && source.charAt(at) != ':' && source.charAt(at) != ')') {
        at++;
      }
      return Math.min(at + 1, source.length());
    }

    private boolean ignoresCase(String flags) {
      int letter = flags.indexOf('i');
      int minus = flags.indexOf('-');
      return letter < 0 ? ignoresCase : minus < 0 || letter < minus;
    }

    private int close(int at) {
      if (!around.isEmpty()) {
        Open open = around.pop();
        last = alternatives + alternative() + (open.captures() ? 2 : 0);
        before = open.before();
        alternatives = open.alternatives();
        ignoresCase = open.ignoresCase();
      }
      return at + 1;
    }

    private int bar(int at) {
      alternatives += alternative() + 1;
      before = 0;
      last = 0;
      return at + 1;
    }

    /** An empty one is an instruction too. */
    private long alternative() {
      return Math.max(1, before + last);
    }

    /** A question mark behind a repetition says that it takes as little as it can. */
    private int repeat(long size, int end) {
      last = Math.min(size, MAX_PRODUCT);
      return source.startsWith("?", end) ? end + 1 : end;
    }

    private int brace(int at) {
      Optional<Count> count = Count.read(source, at);
      return count.isPresent() ? repeat(count.get().times(last), count.get().end()) : item(at + 1);
    }

    private int escape(int at) {
      Escape escape = Escape.read(source, at);
      listed += escape.isTable() ? LISTED_IN_A_TABLE : 0;
      fold(escape.character());
      return item(escape.end());
    }

    private int brackets(int at) {
      Brackets brackets = Brackets.read(source, at);
      listed += (long) brackets.tables() * LISTED_IN_A_TABLE;
      listed += ignoresCase ? brackets.ranged() : 0;
      folds &= !ignoresCase || brackets.folds();
      return item(brackets.end());
    }
  }
}
