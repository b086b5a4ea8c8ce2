package io.corale.node.provider.exec;

import com.google.protobuf.ByteString;
import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/** What a program has printed so far, as much of it as is kept; never waits for more. */
final class Printed {
  private final InputStream in;
  private final int mostBytes;
  private final boolean isEndKept;
  private ByteString kept = ByteString.EMPTY;
  private boolean isTooMuch;
  private boolean isHeldBack;
  private long heldBackNanos;
  private int roomBytes = Freight.SMALL_BYTES;
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

  private Printed(InputStream in, int mostBytes, boolean isEndKept) {
    this.in = in;
    this.mostBytes = mostBytes;
    this.isEndKept = isEndKept;
  }

  /** Keeps so many of the first bytes; more is too much. */
  static Printed beginning(InputStream in, int mostBytes) {
    return new Printed(in, mostBytes, false);
  }

  /** Keeps so many of the latest bytes. */
  static Printed end(InputStream in, int mostBytes) {
    return new Printed(in, mostBytes, true);
  }

  /**
   * Takes what is there, as far as it has room; the program waits for us with the rest. A program
   * may go on for long after it has printed much, so that it has room for twice what is there.
   */
  void lookWithin(Hold hold, long nowNanos) {
    do {
      if (!isHeldBack && kept.size() > roomBytes) {
        roomBytes = Math.min(2 * kept.size(), mostBytes);
        room = hold.room(roomBytes);
        heldBackNanos = nowNanos;
      }
      isHeldBack = !room.isDone() || room.isCompletedExceptionally();
    } while (!isHeldBack && !isTooMuch && take());
  }

  /** Whether more may be there, for which there is no room. */
  boolean isHeldBack() {
    return isHeldBack;
  }

  /** Whether it has waited for room as long as it may. */
  boolean isGivenUp(long nowNanos) {
    return isHeldBack && nowNanos - heldBackNanos > Hold.PATIENCE.toNanos();
  }

  /** Takes what is there. */
  void look() {
    boolean isMore = take();
    while (isMore && !isTooMuch) {
      isMore = take();
    }
  }

  /** Whether there was something. */
  private boolean take() {
    try {
      int there = in.available();
      if (there > 0) {
        keep(ByteString.copyFrom(in.readNBytes(there)));
      }
      return there > 0;
    } catch (IOException e) {
      return false; // It was closed: there will be no more.
    }
  }

  private void keep(ByteString more) {
    ByteString all = kept.concat(more);
    if (all.size() <= mostBytes) {
      kept = all;
    } else if (isEndKept) {
      kept = ByteString.copyFrom(all.substring(all.size() - mostBytes).toByteArray());
    } else {
      isTooMuch = true;
    }
  }

  boolean isTooMuch() {
    return isTooMuch;
  }

  ByteString bytes() {
    return kept;
  }
}
