package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Weighs what comes back for questions: while there is no room the channel is not read, so that the
 * other side keeps it; but not for ever, for other answers wait behind it, and gossip among them.
 */
final class AnswerWeighing implements Weighing {
  private final Freight freight;
  private final LongPredicate isAwaited;
  private @Nullable CompletableFuture<Freight.Load> asked;
  private @Nullable Future<?> patience;

  /** Whether the last one that waited found no room: then none waits until one finds some. */
  private boolean isShort;

  /**
   * @param isAwaited whether anybody still waits for the answer to the request with this number
   */
  AnswerWeighing(Freight freight, LongPredicate isAwaited) {
    this.freight = freight;
    this.isAwaited = isAwaited;
  }

  @Override
  public Word weigh(Heading heading, Runnable again, Channel channel) {
    if (!isAwaited.test(heading.requestId())) {
      letGo();
      return new No(0);
    }
    CompletableFuture<Freight.Load> now = asked;
    if (now == null) {
      now = freight.await(heading.sizeBytes());
      asked = now;
      if (!now.isDone() && !isShort) {
        await(now, again, channel);
      }
    }
    if (!now.isDone() && !isShort) {
      channel.config().setAutoRead(false);
      return new NotYet();
    }
    asked = null; // Whoever gets the load gives it back.
    calm();
    isShort = now.cancel(false);
    return isShort ? new No(0) : new Yes(now.join());
  }

  private void await(CompletableFuture<Freight.Load> room, Runnable again, Channel channel) {
    patience =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  isShort = true;
                  again.run();
                },
                DoorLimits.STALLED.toMillis(),
                TimeUnit.MILLISECONDS);
    room.thenAccept(load -> channel.eventLoop().execute(again));
  }

  private void calm() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @Override
  public void letGo() {
    CompletableFuture<Freight.Load> left = asked;
    asked = null;
    calm();
    if (left != null && !left.cancel(false)) {
      left.join().release();
    }
  }
}
