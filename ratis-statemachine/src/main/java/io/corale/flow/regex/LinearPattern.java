package io.corale.flow.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A regular expression on RE2/J: a search takes time in proportion to its size times the text,
 * never more, and its size has a limit. Immutable; shared by all threads.
 *
 * <p>RE2/J itself writes out what is counted without a bound: it would make of <code>
 * ((a{1000}){1000}){1000}</code> a program of a billion instructions. So an expression is measured
 * before RE2/J sees it.
 */
public final class LinearPattern {
  /** More is a program and belongs in a function, or a list of names and belongs in an enum. */
  public static final int MAX_CHARS = 1_000;

  /**
   * Instructions once counted repetitions are written out. A search may try all of them at each
   * character and keeps two lists of them; four times what can be written without counting is
   * plenty.
   */
  static final int MAX_SIZE = 4_000;

  /**
   * Characters that RE2/J takes one by one while it compiles, see {@link Measure#listed}; these
   * take a few milliseconds.
   */
  static final int MAX_LISTED = 8_192;

  /** How an expression is read or searched, where it is not in the usual way. */
  public enum Mode {
    IGNORES_CASE(Pattern.CASE_INSENSITIVE),
    DOT_TAKES_LINE_BREAKS(Pattern.DOTALL),
    FINDS_THE_LONGEST(Pattern.LONGEST_MATCH),
    /** Spaces and comments in the expression say nothing. */
    EXTENDED(0);

    private final int flag;

    Mode(int flag) {
      this.flag = flag;
    }
  }

  /** Why an expression cannot be used. */
  public static final class Unusable extends Exception {
    private final String why;

    Unusable(String why) {
      super(why);
      this.why = why;
    }

    /** The end of a sentence whose subject is the expression. */
    public String why() {
      return why;
    }
  }

  private final Pattern pattern;
  private final Measure measure;
  private final SortedMap<Integer, String> names;

  private LinearPattern(Pattern pattern, Measure measure) {
    this.pattern = pattern;
    this.measure = measure;
    this.names = names(pattern);
  }

  /** Compiles an expression, or throws what is wrong with it. */
  public static LinearPattern compile(String source) throws Unusable {
    return compile(source, EnumSet.noneOf(Mode.class));
  }

  /** Compiles an expression that is read in other modes, or throws what is wrong with it. */
  public static LinearPattern compile(String source, Set<Mode> modes) throws Unusable {
    if (source.length() > MAX_CHARS) {
      throw new Unusable("has " + source.length() + " characters, the limit is " + MAX_CHARS);
    }
    String plain = modes.contains(Mode.EXTENDED) ? Pieces.withoutSpaces(source) : source;
    Measure measure = Measure.of(plain, modes.contains(Mode.IGNORES_CASE));
    if (measure.size() > MAX_SIZE) {
      throw new Unusable(
          "becomes more than "
              + MAX_SIZE
              + " instructions long once its repetitions are written out");
    }
    if (measure.listed() > MAX_LISTED) {
      throw new Unusable(
          "lists more than "
              + MAX_LISTED
              + " characters in classes of Unicode and in ranges that ignore case");
    }
    if (!measure.folds()) {
      throw new Unusable("ignores case where it has a character whose other case RE2 never finds");
    }
    try {
      int flags = modes.stream().mapToInt(mode -> mode.flag).sum();
      return new LinearPattern(Pattern.compile(plain, flags), measure);
    } catch (PatternSyntaxException e) {
      throw new Unusable(Advice.on(plain, e));
    }
  }

  /** Whether it is found somewhere in a text. */
  public boolean isIn(String text) {
    return pattern.matcher(text).find();
  }

  /** A search in a text. */
  public Matcher matcher(CharSequence text) {
    return pattern.matcher(text);
  }

  /** How many instructions it became. */
  public int size() {
    return pattern.programSize();
  }

  /** How many groups capture. */
  public int groups() {
    return pattern.groupCount();
  }

  /** The names of those groups that have one, by their number. */
  public SortedMap<Integer, String> names() {
    return names;
  }

  private static SortedMap<Integer, String> names(Pattern pattern) {
    SortedMap<Integer, String> names = new TreeMap<>();
    pattern.namedGroups().forEach((name, number) -> names.put(number, name));
    return Collections.unmodifiableSortedMap(names);
  }

  /** How many instructions a search in a text tries at most. */
  public long cost(String text) {
    return (text.length() + 1L) * size();
  }

  /** What compiling it took, in instructions and characters that were listed. */
  public long costOfCompiling() {
    return size() + measure.listed();
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
