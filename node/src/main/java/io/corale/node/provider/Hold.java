package io.corale.node.provider;

import io.corale.wire.Freight;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The room that the answer to one attempt has in the node's freight: a provider asks for it before
 * it reads more than a little, and the node gives it back when the log has the answer. Thread-safe;
 * never blocks.
 */
public final class Hold {
  /**
   * Longer than a large answer takes to its log; whoever waits so long keeps a slot for nothing.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Freight freight;

  // Guarded by this: a provider's thread, and whoever ends the attempt.
  private @Nullable CompletableFuture<Freight.Load> asked;
  private long bytes;
  private boolean isOver;

  public Hold(Freight freight) {
    this.freight = freight;
  }

  /** One for who has nobody to protect. */
  public static Hold unbounded() {
    return new Hold(Freight.unbounded());
  }

  /**
   * Room for so many bytes in all; at once for a few. Fails where the attempt has ended meanwhile.
   * Completes on the thread that gives room back: what depends on it must be short.
   */
  public CompletableFuture<Void> room(long wanted) {
    CompletableFuture<Freight.Load> fresh;
    synchronized (this) {
      if (isOver) {
        return CompletableFuture.failedFuture(new CancellationException("the attempt has ended"));
      }
      if (wanted <= Freight.SMALL_BYTES || wanted <= bytes) {
        return asked == null
            ? CompletableFuture.completedFuture(null)
            : asked.thenAccept(load -> {});
      }
      giveBack();
      fresh = freight.await(wanted);
      asked = fresh;
      bytes = wanted;
    }
    return fresh.thenAccept(load -> {});
  }

  /** So many bytes are there, and no more, whether there was room for them or not. */
  public synchronized void settle(long there) {
    if (isOver) {
      return;
    }
    CompletableFuture<Freight.Load> now = asked;
    boolean isGranted = now != null && now.isDone() && !now.isCancelled();
    if (now != null && isGranted && bytes >= there) {
      now.join().shrinkTo(there);
    } else {
      giveBack();
      asked = CompletableFuture.completedFuture(freight.add(there));
    }
    bytes = there;
  }

  /** Nothing of the answer is held any more, and nothing will be. */
  public synchronized void release() {
    isOver = true;
    giveBack();
  }

  private void giveBack() {
    CompletableFuture<Freight.Load> now = asked;
    asked = null;
    bytes = 0;
    if (now != null && !now.cancel(false)) {
      now.join().release();
    }
  }
}
