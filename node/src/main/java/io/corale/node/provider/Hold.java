package io.corale.node.provider;

import io.corale.model.OwnerId;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The room that an attempt has in the node's freight. For what is made of large arguments the node
 * asks before the provider is asked. For the answer the provider does, before it reads more than a
 * little, and the node gives it back when the log has it. Thread-safe; never blocks.
 */
public final class Hold {
  /**
   * Longer than a large answer takes to its log; whoever waits so long keeps a slot for nothing.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Freight freight;
  private final OwnerId owner;
  private final Reading reading;

  // Guarded by this: a provider's thread, and whoever ends the attempt.
  private @Nullable CompletableFuture<Freight.Load> asked;
  private long bytes;
  private Optional<Freight.Load> packed = Optional.empty();
  private boolean isBeingRead;
  private boolean hasWaited;
  private boolean isOver;

  /** Where large answers are read. */
  @FunctionalInterface
  public interface Reading {
    /** Has a task run that reads an answer of so many bytes; takes all. */
    void run(long bytes, Runnable task);
  }

  /**
   * @param owner in whose share the answer is
   * @param reading on threads that may take long
   */
  public Hold(Freight freight, OwnerId owner, Reading reading) {
    this.freight = freight;
    this.owner = owner;
    this.reading = reading;
  }

  /** One for who has nobody to protect. */
  public static Hold unbounded() {
    return new Hold(Freight.unbounded(), new OwnerId("nobody"), (bytes, task) -> task.run());
  }

  /** Room for so many bytes that are made of the arguments, if there is some now. */
  synchronized boolean pack(long wanted) {
    if (isOver) {
      return false;
    }
    packed = freight.takeForNewWork(wanted);
    return packed.isPresent();
  }

  /** Of what was made of the arguments there is no more than this any longer. */
  synchronized void unpack(long kept) {
    packed.ifPresent(load -> load.shrinkTo(kept));
  }

  /**
   * Has an answer read that is there as a whole, where nobody else waits for it if it is large.
   * From then on it is not too late any more.
   */
  public void read(long there, Runnable task) {
    if (there <= Freight.SMALL_BYTES) {
      task.run();
      return;
    }
    setBeingRead(true);
    reading.run(
        there,
        () -> {
          try {
            task.run();
          } finally {
            setBeingRead(false);
          }
        });
  }

  private synchronized void setBeingRead(boolean isSo) {
    isBeingRead = isSo;
  }

  /** Whether the answer has come, and waits to be read. */
  public synchronized boolean isBeingRead() {
    return isBeingRead;
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
      fresh = freight.await(wanted, owner);
      hasWaited |= !fresh.isDone();
      asked = fresh;
      bytes = wanted;
    }
    return fresh.thenAccept(load -> {});
  }

  /**
   * Whether its answer has had to wait for room: then it has {@link #PATIENCE} for that, and as
   * much again for the rest, whatever is left of the call's time.
   */
  public synchronized boolean hasWaited() {
    return hasWaited;
  }

  /**
   * The attempt has ended with so many bytes, and nothing else of it is left, whether there was
   * room for them or not.
   */
  public synchronized void settle(long there) {
    if (isOver) {
      return;
    }
    packed.ifPresent(Freight.Load::release);
    CompletableFuture<Freight.Load> now = asked;
    boolean isGranted = now != null && now.isDone() && !now.isCancelled();
    if (now != null && isGranted && bytes >= there) {
      now.join().shrinkTo(there);
    } else {
      giveBack();
      asked = CompletableFuture.completedFuture(freight.add(there, owner));
    }
    bytes = there;
  }

  /** Nothing of the answer is held any more, and nothing will be. */
  public synchronized void release() {
    isOver = true;
    giveBack();
    packed.ifPresent(Freight.Load::release);
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
