package io.corale.gossip;

/**
 * Sees from what comes with pings and answers that something was missed: others hold other entries
 * than this node, though there are no news under way any more.
 */
final class Glimpses {
  /** News have reached all by then whom they reach at all. */
  private static final long QUIET_MICROS = 1_000 * Micros.MILLI;

  private static final long AGAIN_MICROS = 2 * Micros.SECOND;

  private long newsAt = Long.MIN_VALUE / 2;
  private long differsSince = Long.MAX_VALUE;
  private long notBefore = Long.MIN_VALUE;

  void news(long now) {
    newsAt = now;
    differsSince = Long.MAX_VALUE;
  }

  /** Whether it is time to compare with this one. */
  boolean isDue(boolean isSame, long now) {
    if (isSame) {
      differsSince = Long.MAX_VALUE;
      return false;
    }
    differsSince = Math.min(differsSince, now);
    boolean isQuiet = now - newsAt >= QUIET_MICROS && now - differsSince >= QUIET_MICROS / 2;
    if (!isQuiet || now < notBefore) {
      return false;
    }
    notBefore = now + AGAIN_MICROS;
    return true;
  }

  /** The same by a stream: where no datagram passes no news are under way to be waited for. */
  boolean isDueByStream(boolean isSame, long now) {
    if (isSame || now < notBefore) {
      return false;
    }
    notBefore = now + AGAIN_MICROS;
    return true;
  }
}
