package io.corale.gossip;

/**
 * How much this node doubts itself: 0 when all is well, more while answers are missing that should
 * have come, or its own ticks are late. What it waits for, it waits longer for by that.
 */
final class LocalHealth {
  /** Of Lifeguard: eightfold patience at most, so that a sick node still notices a dead one. */
  static final int MOST = 7;

  private final boolean isMinded;
  private int score;

  LocalHealth(Habits habits) {
    this.isMinded = habits.isLifeguard();
  }

  void worse(int by) {
    score = isMinded ? Math.min(MOST, score + by) : 0;
  }

  void better() {
    score = Math.max(0, score - 1);
  }

  int score() {
    return score;
  }

  long stretched(long micros) {
    return micros * (score + 1);
  }
}
