package io.corale.scheduler;

/**
 * How many retries may begin at one account (ADR 34): some at once, and beyond them one for every
 * so many first attempts. Where most fails, retries add little to what a provider has to bear.
 *
 * <p>Counted is what was spent, so that an account of which nothing is known has it all.
 */
final class RetryBudget {
  /** As many may come in one lump in a real cell: an outage of a moment costs nothing. */
  static final int MOST = 100;

  /** A retry, in the parts of it that first attempts bring. */
  static final int RETRY = 100;

  /** What a first attempt brings, of a hundred: one retry for every ten. */
  static final int USUAL_PERCENT = 10;

  private final int most;
  private int spent;

  /**
   * @param most as many may come in one lump
   * @param spent of these, in hundredths of a retry
   */
  RetryBudget(int most, int spent) {
    if (spent < 0 || spent > most * RETRY) {
      throw new IllegalArgumentException(
          "of " + most * RETRY + " hundredths of retries are spent " + spent);
    }
    this.most = most;
    this.spent = spent;
  }

  /** In hundredths of retries; recorded with the account. */
  int spent() {
    return spent;
  }

  /** So many may begin at once. */
  int left() {
    return (most * RETRY - spent) / RETRY;
  }

  /** A call is attempted first. */
  void earn(int percent) {
    spent = Math.max(0, spent - percent);
  }

  /** Takes a retry, if there is one. */
  boolean take() {
    boolean isLeft = spent + RETRY <= most * RETRY;
    spent += isLeft ? RETRY : 0;
    return isLeft;
  }
}
