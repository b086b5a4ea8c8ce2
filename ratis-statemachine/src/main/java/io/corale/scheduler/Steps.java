package io.corale.scheduler;

/**
 * How much may be done for one answer: what would take more is left out, and the answer says so.
 */
final class Steps {
  private final int most;
  private int taken;

  Steps(int most) {
    this.most = most;
  }

  /** Takes so many; false where there are not so many left, and from then on. */
  boolean take(int steps) {
    taken = steps > most - taken ? most + 1 : taken + steps;
    return taken <= most;
  }

  boolean areUsedUp() {
    return taken > most;
  }

  int taken() {
    return Math.min(taken, most);
  }
}
