package io.corale.wire.netty;

/**
 * Judges by what waits to be read whether the other side of a connection still reads. Pure:
 * confined to whoever looks.
 */
final class UnreadBytes {
  private long lastProgress = Long.MIN_VALUE;
  private long sinceNanos;

  /** Why it is to be cut off. */
  enum Verdict {
    READS,
    STALLED,
    FLOODED
  }

  /**
   * Looks again.
   *
   * @param small bytes that were written and have not left, without those of large frames
   * @param large those of large frames, and of what waits to be written
   * @param progress a number that changes whenever anything has left
   */
  Verdict look(long small, long large, long progress, long nowNanos) {
    if (small > DoorLimits.MAX_SMALL_UNREAD_BYTES) {
      return Verdict.FLOODED;
    }
    boolean isBelow = small + large <= DoorLimits.MAX_UNREAD_BYTES;
    if (isBelow || progress != lastProgress) {
      lastProgress = progress;
      sinceNanos = nowNanos;
      return Verdict.READS;
    }
    return nowNanos - sinceNanos >= DoorLimits.STALLED.toNanos() ? Verdict.STALLED : Verdict.READS;
  }
}
