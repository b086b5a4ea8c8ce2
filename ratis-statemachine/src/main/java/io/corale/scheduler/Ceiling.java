package io.corale.scheduler;

/**
 * How much new work may wait for the log or be on its way into it: as much as comes through within
 * a fifth of a second. Beyond it, new work is refused at once rather than served late; results pass
 * it by, for what was accepted goes on (P12).
 *
 * <p>It falls by an eighth where new work has taken too long, once in that time, for what is under
 * way already tells nothing of the cut; and rises by a little more than one with each entry while
 * it is in the way (additive increase, multiplicative decrease: D. Chiu, R. Jain, 1989). Nothing of
 * it is replicated: it is about this node's way into the log. Sans I/O, and confined to one thread.
 */
final class Ceiling {
  /** An entry of small commands: less would leave the log idle. */
  static final int LEAST = 64;

  /** Several times what an entry takes on a slow disk; a person notices little of it. */
  static final long SLOW_NANOS = 200_000_000L;

  /** By how much it rises with an entry beyond one: from the least to the most within minutes. */
  private static final int RISE = 256;

  private final int most;
  private int limit;
  private boolean isInTheWay;
  private boolean wasCut;
  private long cutNanos;

  /**
   * @param most above which it never is, and where it begins: nothing is slow before it was
   */
  Ceiling(int most) {
    this.most = most;
    this.limit = most;
  }

  /** Whether one more is taken beside so many; where not, it is in the way of who asks for more. */
  boolean hasRoom(int taken) {
    isInTheWay |= taken >= limit;
    return taken < limit;
  }

  /**
   * An entry with new work was applied.
   *
   * @param latencyNanos since the oldest of that was asked for
   */
  void applied(long latencyNanos, long nowNanos) {
    if (latencyNanos > SLOW_NANOS) {
      cut(nowNanos);
    } else if (isInTheWay) {
      limit = Math.min(most, limit + 1 + limit / RISE);
    }
    isInTheWay = false;
  }

  private void cut(long nowNanos) {
    if (wasCut && nowNanos - cutNanos < SLOW_NANOS) {
      return;
    }
    wasCut = true;
    cutNanos = nowNanos;
    limit = Math.max(LEAST, limit - limit / 8);
  }

  int limit() {
    return limit;
  }
}
