package io.corale.wire.netty;

import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The large frames that one channel is to write: one is on its way at a time, the others wait until
 * the channel is writable and their bytes have room. So small frames pass between them. Who does
 * not read for long ends the channel; waiting for room does not. Confined to the channel's event
 * loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class LargeFrames {
  private static final Logger log = LoggerFactory.getLogger(LargeFrames.class);

  private final Freight freight;
  private final long mostWaitingBytes;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long underWayBytes;
  private @Nullable CompletableFuture<Freight.Load> asked;
  private @Nullable Future<?> overdue;

  /**
   * A frame that is not on its way yet.
   *
   * @param left told once, when it has left or never will
   */
  record Waiting(Door.Frame frame, Runnable left) {
    int sizeBytes() {
      return frame.getSerializedSize();
    }
  }

  /**
   * @param freight where they find room while they are written
   */
  LargeFrames(Freight freight, long mostWaitingBytes) {
    this.freight = freight;
    this.mostWaitingBytes = mostWaitingBytes;
  }

  static boolean isLarge(Door.Frame frame) {
    return frame.getSerializedSize() > Freight.SMALL_BYTES;
  }

  /** Whether it may be added; small ones that must not pass others may be added all the same. */
  boolean hasRoomFor(Door.Frame frame) {
    return waitingBytes + frame.getSerializedSize() <= mostWaitingBytes;
  }

  void add(ChannelHandlerContext ctx, Waiting frame) {
    waiting.add(frame);
    waitingBytes += frame.sizeBytes();
    pump(ctx);
  }

  /** Writes the next one, if it may be; called whenever that may have changed. */
  void pump(ChannelHandlerContext ctx) {
    Waiting next = waiting.peek();
    if (underWayBytes > 0) {
      return;
    }
    if (next != null && !ctx.channel().isWritable()) {
      giveBackUnused();
      hurry(ctx);
      return;
    }
    calm();
    if (next == null) {
      return;
    }
    CompletableFuture<Freight.Load> room = asked;
    if (room == null) {
      room = freight.await(next.sizeBytes());
      asked = room;
      if (!room.isDone()) {
        room.thenAccept(load -> again(ctx));
      }
    }
    if (room.isDone()) {
      asked = null;
      poll();
      write(ctx, next, room.join());
    }
  }

  private Waiting poll() {
    Waiting next = waiting.removeFirst();
    waitingBytes -= next.sizeBytes();
    return next;
  }

  private void again(ChannelHandlerContext ctx) {
    try {
      ctx.executor().execute(() -> pump(ctx));
    } catch (RejectedExecutionException e) {
      log.debug("the event loops have ended, and every channel with them");
    }
  }

  private void write(ChannelHandlerContext ctx, Waiting frame, Freight.Load load) {
    underWayBytes = frame.sizeBytes();
    hurry(ctx);
    ctx.writeAndFlush(frame.frame)
        .addListener(
            written -> {
              calm();
              underWayBytes = 0;
              load.release();
              frame.left.run();
              if (written.isSuccess()) {
                pump(ctx);
              } else {
                ctx.close(); // It may have no memory; whoever waits for the frame is to learn it.
              }
            });
  }

  /** Room that was granted while the other side stopped reading is for others until it reads. */
  private void giveBackUnused() {
    if (asked != null && asked.isDone()) {
      asked.join().release();
      asked = null;
    }
  }

  /** The other side is to read, whether it has begun with a large frame or lets one wait. */
  private void hurry(ChannelHandlerContext ctx) {
    if (overdue == null) {
      overdue =
          ctx.executor()
              .schedule(
                  () -> {
                    log.info("closed, a large frame was not read in {}", DoorLimits.LARGE_FRAME);
                    ctx.close();
                  },
                  DoorLimits.LARGE_FRAME.toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void calm() {
    if (overdue != null) {
      overdue.cancel(false);
      overdue = null;
    }
  }

  /** Takes back the frame of a request that nobody waits for; false if it has begun to leave. */
  boolean takeBack(long requestId) {
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Waiting next = each.next();
      if (next.frame.getRequest().getEnvelope().getRequestId() == requestId) {
        each.remove();
        waitingBytes -= next.sizeBytes();
        if (waiting.isEmpty() && underWayBytes == 0) {
          calm();
        }
        return true;
      }
    }
    return false;
  }

  /** The channel has ended: nothing of them leaves any more. */
  void drop() {
    calm();
    CompletableFuture<Freight.Load> room = asked;
    asked = null;
    if (room != null && !room.cancel(false)) {
      room.join().release();
    }
    while (!waiting.isEmpty()) {
      poll().left.run();
    }
  }

  /** Of those that wait. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** Of the one that is on its way. */
  long underWayBytes() {
    return underWayBytes;
  }
}
