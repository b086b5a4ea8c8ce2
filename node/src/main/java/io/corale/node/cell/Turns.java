package io.corale.node.cell;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has a cell's work done whenever it is asked to: by one thread at a time, of those that all cells
 * share, and by none while there is nothing to do for a while.
 *
 * <p>A thread stays for a moment after its turn, in case the next is asked for: who is busy has one
 * thread and wakes it, instead of finding another each time.
 *
 * <p>Who asks has put what there is to do where the work finds it; the work does all that it finds.
 * What it does in one turn it sees in the next, whichever thread that is of.
 */
final class Turns {
  /** Longer than a busy cell waits for its log, short beside the time between two rare events. */
  static final Duration STAY = Duration.ofMillis(20);

  private final Executor threads;
  private final Runnable work;
  private final long stayNanos;

  /** Who has had the last turn and stays for the next, until somebody takes it by asking. */
  private final AtomicReference<@Nullable Thread> staying = new AtomicReference<>();

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
    this(threads, work, STAY);
  }

  Turns(Executor threads, Runnable work, Duration stay) {
    this.threads = threads;
    this.work = work;
    this.stayNanos = stay.toNanos();
  }

  /** There is something to do, after what is being done now. From any thread, itself among them. */
  void ask() {
    if (asked.getAndIncrement() == 0) {
      busySinceNanos = now();
      Thread stayed = staying.getAndSet(null);
      if (stayed != null) {
        LockSupport.unpark(stayed);
      } else {
        threads.execute(this::run);
      }
    }
  }

  private void run() {
    boolean isWell = false;
    try {
      do {
        takeTurns();
      } while (isAskedAgain());
      isWell = true;
    } finally {
      if (!isWell) {
        hasDied = true;
      }
    }
  }

  /** As long as there is something to do; then this thread stays, if only for a moment. */
  private void takeTurns() {
    int seen;
    do {
      busySinceNanos = now();
      seen = asked.get();
      work.run();
      busySinceNanos = 0;
      staying.set(Thread.currentThread()); // Before anybody may ask for a turn that is not taken.
    } while (asked.addAndGet(-seen) != 0);
  }

  /** Whether the next turn is this thread's; otherwise it has none any more. */
  private boolean isAskedAgain() {
    Thread self = Thread.currentThread();
    long untilNanos = System.nanoTime() + stayNanos;
    long left = stayNanos;
    while (left > 0 && staying.get() == self) {
      LockSupport.parkNanos(this, left);
      left = untilNanos - System.nanoTime();
    }
    return !staying.compareAndSet(self, null);
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
