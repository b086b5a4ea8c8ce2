package io.corale.wire.netty;

import java.time.Duration;

/**
 * How much of a node's time refusing may take: so many refusals for want of room in a span, in
 * equal shares for the connections that cause them. Whoever asks on beyond its share is read more
 * slowly ({@link RefusedReading}), and its requests wait where they cost nothing. As nobody waits
 * for longer than a second, more connections than a span has refusals cause one each in a second.
 * Thread-safe.
 */
final class RefusalShares {
  /** Short enough that a share is soon known, long enough that many causes come into one. */
  static final Duration SPAN = Duration.ofMillis(100);

  /** Of all connections in a span: some percent of a processor. */
  static final int MOST = 250;

  // Guarded by this: event loops of several connections meet here.
  private long span;
  private int causing;
  private int causedBefore;
  private long slowed;

  /**
   * One connection's share of a span; a part of one where there are more connections than that.
   *
   * @param span number of the span, by the clock of event loops
   * @param isFirst whether this connection asks for the first time in it
   */
  synchronized double share(long span, boolean isFirst) {
    if (span > this.span) {
      causedBefore = span == this.span + 1 ? causing : 0;
      causing = 0;
      this.span = span;
    }
    if (isFirst) {
      causing++;
    }
    return MOST / (double) Math.max(1, Math.max(causing, causedBefore));
  }

  synchronized void slows() {
    slowed++;
  }

  /** How often a connection was not read for a while. */
  synchronized long slowed() {
    return slowed;
  }
}
