package io.corale.deploy.recorder;

/**
 * What an account may have of the functions that name it, together; above it they are refused.
 *
 * @param account whose executions are counted together; empty: those of the function alone
 * @param running above so many at once
 * @param perSecond above so many starts within any second, wherever it begins
 * @param perMinute above so many within any minute
 */
record Quota(String account, int running, int perSecond, int perMinute) {
  static final int UNLIMITED = Integer.MAX_VALUE;

  /** Each start is remembered for a window. */
  static final int MOST_STARTS = 1_000_000;

  /** For what shares nothing. */
  static final Quota NONE = new Quota("", UNLIMITED, UNLIMITED, UNLIMITED);

  boolean isLimited() {
    return running != UNLIMITED || countsStarts();
  }

  boolean countsStarts() {
    return perSecond != UNLIMITED || perMinute != UNLIMITED;
  }
}
