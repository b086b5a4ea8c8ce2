package io.corale.wire.netty;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/**
 * Whether a connection is read, by how many refusals it has caused beyond its share: what still
 * stands in the network has cost nothing yet. Confined to the connection's event loop.
 */
final class RefusedReading {
  /** One look at the network may bring in a lot that is refused; nobody is left out for longer. */
  static final int MOST_SPANS = 10;

  private final RefusalShares shares;
  private long span = -1;
  private double share;
  private double owed;
  private boolean isPaused;

  RefusedReading(RefusalShares shares) {
    this.shares = shares;
  }

  /**
   * One more was refused for want of room.
   *
   * @param goOn has it read again
   */
  void refused(ChannelHandlerContext ctx, Runnable goOn) {
    repay(ctx);
    owed++;
    if (owed > share && !isPaused) {
      isPaused = true;
      shares.slows();
      ctx.channel().config().setAutoRead(false);
      goOnLater(ctx, goOn);
    }
  }

  private void goOnLater(ChannelHandlerContext ctx, Runnable goOn) {
    ctx.executor()
        .schedule(() -> look(ctx, goOn), RefusalShares.SPAN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Meanwhile more may have been refused, which had been read before. */
  private void look(ChannelHandlerContext ctx, Runnable goOn) {
    repay(ctx);
    if (owed > share) {
      goOnLater(ctx, goOn);
    } else {
      isPaused = false;
      goOn.run();
    }
  }

  /** Whoever still owes has a share as well, or the others would divide it among them. */
  private void repay(ChannelHandlerContext ctx) {
    long now = ctx.executor().ticker().nanoTime() / RefusalShares.SPAN.toNanos();
    owed = Math.max(0, owed - share * (now - span));
    share = shares.share(now, now != span);
    owed = Math.min(owed, MOST_SPANS * share); // Of the share that it has now: others have come.
    span = now;
  }

  boolean isPaused() {
    return isPaused;
  }
}
