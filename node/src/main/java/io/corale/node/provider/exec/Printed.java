package io.corale.node.provider.exec;

import com.google.protobuf.ByteString;
import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a program has printed so far, as much of it as is kept; never waits for more. */
final class Printed {
  private final InputStream in;
  private final int mostBytes;
  private final boolean isEndKept;
  private ByteString kept = ByteString.EMPTY;
  private boolean isTooMuch;
  private boolean isHeldBack;
  private @Nullable CompletableFuture<Void> room;

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

  /** Takes what is there, as far as it has room; the program waits for us with the rest. */
  void lookWithin(Hold hold) {
    do {
      if (kept.size() > Freight.SMALL_BYTES) {
        CompletableFuture<Void> now = room == null ? hold.room(mostBytes) : room;
        room = now;
        isHeldBack = !now.isDone() || now.isCompletedExceptionally();
      }
    } while (!isHeldBack && !isTooMuch && take());
  }

  /** Whether more may be there, for which there is no room. */
  boolean isHeldBack() {
    return isHeldBack;
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
