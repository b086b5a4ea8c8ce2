package io.corale.client;

import io.corale.wire.Door;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The line of another client: open while that is, and while this one was not closed. */
final class BorrowedLine implements Line {
  private final Line lender;
  private volatile boolean isClosed;

  BorrowedLine(Line lender) {
    this.lender = lender;
  }

  @Override
  public CompletableFuture<Door.Response> ask(
      String address, Door.Request request, Consumer<Door.Response> more) {
    return lender.ask(address, request, more);
  }

  @Override
  public void after(Duration delay, Runnable action) {
    lender.after(delay, action);
  }

  @Override
  public boolean isOpen() {
    return !isClosed && lender.isOpen();
  }

  @Override
  public long nowNanos() {
    return lender.nowNanos();
  }

  /** What is under way comes to its end. */
  @Override
  public void close() {
    isClosed = true;
  }
}
