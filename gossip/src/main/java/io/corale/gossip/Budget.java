package io.corale.gossip;

/**
 * How many bytes may leave: a bucket that fills with time. What must be sent is sent, and its bytes
 * are missing afterwards to what may wait.
 */
final class Budget {
  private static final int DEBT_BURSTS = 8;

  private static final int MOST_BURSTS = DEBT_BURSTS + 2;

  private final long bytesPerSecond;
  private final long burst;
  private long tokens;
  private long filledAt = Long.MIN_VALUE;

  Budget(long bytesPerSecond, long burst) {
    this.bytesPerSecond = bytesPerSecond;
    this.burst = burst;
    this.tokens = burst;
  }

  /** The bytes that may leave now; none while there are debts. */
  long left(long now) {
    if (filledAt == Long.MIN_VALUE) {
      filledAt = now;
    }
    // Debts are gone and it is full by then; the product of more would overflow after a year.
    long elapsed = Math.min(now - filledAt, MOST_BURSTS * burst / bytesPerSecond * Micros.SECOND);
    long gained = elapsed * bytesPerSecond / Micros.SECOND;
    if (gained > 0) {
      tokens = Math.min(burst, tokens + gained);
      filledAt = now;
    }
    return Math.max(0, tokens);
  }

  /** Debts are bounded: one large answer must not silence a node for minutes. */
  void spend(long bytes) {
    tokens = Math.max(-DEBT_BURSTS * burst, tokens - bytes);
  }

  boolean isHalfFull(long now) {
    return left(now) >= burst / 2;
  }
}
