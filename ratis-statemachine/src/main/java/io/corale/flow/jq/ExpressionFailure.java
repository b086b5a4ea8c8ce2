package io.corale.flow.jq;

import java.util.Collection;
import java.util.List;

/** That an expression has no value: it is malformed, does not fit its input, or is over budget. */
public final class ExpressionFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Longer words are somebody's data, not a reason. */
  private static final int MAX_CHARS = 300;

  private final int offset;
  private final String hint;
  private boolean isOverBudget;
  private boolean isOfTheMoment;
  private String slip = "";
  private transient List<String> words = List.of();

  ExpressionFailure(String reason, int offset, String hint) {
    super(reason.length() <= MAX_CHARS ? reason : reason.substring(0, MAX_CHARS) + "...");
    this.offset = offset;
    this.hint = hint;
  }

  ExpressionFailure(String reason) {
    this(reason, 0, "");
  }

  /** A failure for which neither the expression nor its input need be to blame. */
  static ExpressionFailure ofTheMoment(String reason) {
    ExpressionFailure failure = new ExpressionFailure(reason);
    failure.isOfTheMoment = true;
    return failure;
  }

  /** That a budget is spent; of time, it need not be another time. */
  static ExpressionFailure overBudget(String reason, boolean isOfTheMoment) {
    ExpressionFailure failure = new ExpressionFailure(reason);
    failure.isOverBudget = true;
    failure.isOfTheMoment = isOfTheMoment;
    return failure;
  }

  /** Whether it might have a value if it were given more steps, time or bytes. */
  public boolean isOverBudget() {
    return isOverBudget;
  }

  /** Whether the same expression may well have a value for the same input at another time. */
  public boolean isOfTheMoment() {
    return isOfTheMoment;
  }

  /** The same, with a word that may be a slip for one of others. */
  ExpressionFailure near(String slip, Collection<String> words) {
    this.slip = slip;
    this.words = List.copyOf(words);
    return this;
  }

  /** A word that nobody knows; empty if that is not what is wrong. */
  public String slip() {
    return slip;
  }

  /** The words that could have been meant by {@link #slip}. */
  public List<String> words() {
    return words;
  }

  /** Where in the text of the expression it shows, from 0; 0 for the whole. */
  public int offset() {
    return offset;
  }

  /** What to do about it; may be empty. */
  public String hint() {
    return hint;
  }

  /** What is wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** An expected failure needs no stack. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
