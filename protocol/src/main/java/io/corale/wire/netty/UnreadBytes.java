package io.corale.wire.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Judges by what waits to be read whether the other side of a connection still reads. Pure:
 * confined to whoever looks.
 */
final class UnreadBytes {
  private Outgoing last = new Outgoing(0, 0, 0);
  private long sinceNanos;

  /** Why it is to be cut off. */
  enum Verdict {
    READS,
    STALLED,
    FLOODED
  }

  /**
   * What a channel has to write at one moment, as Netty's own {@code IdleStateHandler} sees it.
   *
   * @param first which frame is leaving
   * @param leftBytes what has left of that one
   * @param pendingBytes of all that were written and have not left as a whole
   */
  record Outgoing(int first, long leftBytes, long pendingBytes) {
    static Outgoing of(Channel channel) {
      ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
      return buffer == null
          ? new Outgoing(0, 0, 0)
          : new Outgoing(
              System.identityHashCode(buffer.current()),
              buffer.currentProgress(),
              buffer.totalPendingWriteBytes());
    }

    /** Whether anything has left; that more is to leave says nothing of a reader. */
    boolean hasMovedSince(Outgoing earlier) {
      return first != earlier.first
          || leftBytes != earlier.leftBytes
          || pendingBytes < earlier.pendingBytes;
    }
  }

  /**
   * Looks again.
   *
   * @param underWayBytes of what is pending, those of a large frame
   * @param waitingBytes what is not written because the other side does not read
   */
  Verdict look(Outgoing outgoing, long underWayBytes, long waitingBytes, long nowNanos) {
    boolean isBelow = outgoing.pendingBytes + waitingBytes <= DoorLimits.MAX_UNREAD_BYTES;
    boolean hasMoved = outgoing.hasMovedSince(last);
    last = outgoing;
    if (outgoing.pendingBytes - underWayBytes > DoorLimits.MAX_SMALL_UNREAD_BYTES) {
      return Verdict.FLOODED;
    }
    if (isBelow || hasMoved) {
      sinceNanos = nowNanos;
      return Verdict.READS;
    }
    return nowNanos - sinceNanos >= DoorLimits.STALLED.toNanos() ? Verdict.STALLED : Verdict.READS;
  }
}
