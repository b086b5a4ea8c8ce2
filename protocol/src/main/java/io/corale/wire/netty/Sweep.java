package io.corale.wire.netty;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is due, again and again while a connection has anything open: one timer for all of
 * it instead of one for each request. Confined to the channel's event loop.
 */
final class Sweep {
  private @Nullable Future<?> running;

  /** Begins, unless it goes on already. */
  void start(EventExecutor loop, Runnable look) {
    if (running == null) {
      long millis = DoorLimits.SWEEP.toMillis();
      running = loop.scheduleAtFixedRate(look, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    if (running != null) {
      running.cancel(false);
      running = null;
    }
  }
}
