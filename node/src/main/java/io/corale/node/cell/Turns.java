package io.corale.node.cell;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has a cell's work done whenever it is asked to: by one thread at a time, of those that all cells
 * share, and by none while there is nothing to do.
 *
 * <p>Who asks has put what there is to do where the work finds it; the work does all that it finds.
 * What it does in one turn it sees in the next, whichever thread that is of.
 */
final class Turns {
  private final Executor threads;
  private final Runnable work;

  /** How often it was asked since a turn began; a thread is at it, or about to be, while not 0. */
  private final AtomicInteger asked = new AtomicInteger();

  /** When the turn began that it is at, or was first asked for; 0 while there is nothing to do. */
  private volatile long busySinceNanos;

  private volatile boolean hasDied;

  /**
   * @param threads must have one for each that is asked, or one cell would wait for another; never
   *     refuse, for who asks may be applying the log
   */
  Turns(Executor threads, Runnable work) {
    this.threads = threads;
    this.work = work;
  }

  /** There is something to do, after what is being done now. From any thread, itself among them. */
  void ask() {
    if (asked.getAndIncrement() == 0) {
      busySinceNanos = now();
      threads.execute(this::run);
    }
  }

  private void run() {
    boolean isWell = false;
    try {
      int seen;
      do {
        busySinceNanos = now();
        seen = asked.get();
        work.run();
        busySinceNanos = 0;
      } while (asked.addAndGet(-seen) != 0);
      isWell = true;
    } finally {
      if (!isWell) {
        hasDied = true;
      }
    }
  }

  private static long now() {
    return System.nanoTime() | 1; // Never 0, and off by a nanosecond at most.
  }

  /** Whether an error has ended it; nothing is done any more. */
  boolean hasDied() {
    return hasDied;
  }

  /** Whether it has died, or waits for a thread or the end of one turn for longer than this. */
  boolean isStuck(Duration patience) {
    long since = busySinceNanos;
    return hasDied || (since != 0 && System.nanoTime() - since > patience.toNanos());
  }
}
