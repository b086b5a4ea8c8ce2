package io.corale.client;

import io.corale.wire.Door;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The network as a client needs it: questions to addresses, and a timer. Thread-safe; never blocks.
 */
interface Line extends AutoCloseable {
  /**
   * As {@link io.corale.wire.netty.Connection#ask(Door.Request, Consumer)}: always completes
   * normally, with a {@code Refused} where nothing was sent and an {@code Unknown} where something
   * was and no answer came.
   */
  CompletableFuture<Door.Response> ask(
      String address, Door.Request request, Consumer<Door.Response> more);

  /** Runs {@code action} once, later; at once when the line is closed meanwhile. */
  void after(Duration delay, Runnable action);

  boolean isOpen();

  /** Monotonic. */
  long nowNanos();

  @Override
  void close();
}
