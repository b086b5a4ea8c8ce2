package io.corale.flow.jq;

/**
 * The text that RE2/J searches; it pays whenever a character is looked at, so that a search stops
 * in the middle when the budget is spent.
 */
final class MeteredText implements CharSequence {
  /** Instructions of a pattern that RE2/J tries at a character in about the time of a step. */
  private static final int TRIED_A_STEP = 64;

  private final String text;
  private final Budget budget;
  private final int weight;
  private int owed;

  MeteredText(String text, int weight) {
    this.text = text;
    this.budget = Meter.running();
    this.weight = weight;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    owed += weight;
    if (owed >= TRIED_A_STEP) {
      budget.spend(owed / TRIED_A_STEP);
      owed %= TRIED_A_STEP;
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
