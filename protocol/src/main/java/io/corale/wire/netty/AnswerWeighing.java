package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Weighs what comes back for questions: while there is no room the channel is not read, so that the
 * other side keeps it; but not for ever, for other answers wait behind it.
 */
final class AnswerWeighing implements Weighing {
  private final Freight freight;
  private @Nullable CompletableFuture<Freight.Load> asked;
  private @Nullable Future<?> patience;
  private boolean isOverdue;

  AnswerWeighing(Freight freight) {
    this.freight = freight;
  }

  @Override
  public Word weigh(Heading heading, Runnable again, Channel channel) {
    if (asked == null) {
      ask(heading, again, channel);
    }
    CompletableFuture<Freight.Load> now = asked;
    if (now == null || (!now.isDone() && !isOverdue)) {
      channel.config().setAutoRead(false);
      return new NotYet();
    }
    asked = null; // Whoever gets the load gives it back.
    calm();
    boolean isGivenUp = isOverdue && now.cancel(false);
    return isGivenUp ? new No(0) : new Yes(now.join());
  }

  private void ask(Heading heading, Runnable again, Channel channel) {
    isOverdue = false;
    CompletableFuture<Freight.Load> fresh = freight.await(heading.sizeBytes());
    asked = fresh;
    if (fresh.isDone()) {
      return;
    }
    patience =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  isOverdue = true;
                  again.run();
                },
                DoorLimits.STALLED.toMillis(),
                TimeUnit.MILLISECONDS);
    fresh.thenAccept(load -> channel.eventLoop().execute(again));
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
