package io.corale.node.cell;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one awake cell and the events that wait for it. Everything that drives the cell
 * happens here, one event after the other, so that nothing else needs a lock.
 *
 * <p>Requests are bounded here. What the log, the providers and the evaluators tell is bounded by
 * what the cell asked of them, and is never turned away: the cell would wait for it for ever.
 */
final class Mailbox implements AutoCloseable {
  /** More than a superpeer takes into its own queue; beyond it, it is slower than its callers. */
  static final int MAX_REQUESTS = 20_000;

  /** How many events pass before what they ask for is done: the ground of group commit. */
  private static final int MAX_TURN = 512;

  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final Thread thread;
  private volatile boolean closing;

  /** When the turn began that it is at; 0 while it waits for events. */
  private volatile long turnBeganNanos;

  // Of the thread itself.
  private long wakeAtNanos = Long.MAX_VALUE;
  private boolean hasAlarm;

  /** What the events act on. */
  interface Owner {
    /** The time that was asked for has come. */
    void wake();

    /** Some events have happened; do what they ask for. */
    void turn();
  }

  Mailbox(String name, Owner owner) {
    this.thread = new Thread(() -> run(owner), name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Gives a request in; false when too many wait, or the cell is closed. */
  boolean offer(Runnable request) {
    synchronized (events) { // Or it might be closed, and emptied, between this look and the add.
      if (closing || requests.incrementAndGet() > MAX_REQUESTS) {
        requests.decrementAndGet();
        return false;
      }
      return events.add(
          () -> {
            requests.decrementAndGet();
            request.run();
          });
    }
  }

  /** Gives in what was asked for, or what happened. */
  void tell(Runnable event) {
    events.add(event);
  }

  /** Calls {@link Owner#wake} after this time; replaces what was asked before. On the thread. */
  void wakeAfter(long nanos) {
    hasAlarm = true;
    wakeAtNanos = System.nanoTime() + nanos;
  }

  /** Whether the thread has died, or one turn takes longer than this. */
  boolean isStuck(Duration patience) {
    long began = turnBeganNanos;
    boolean isSlow = began != 0 && System.nanoTime() - began > patience.toNanos();
    return !closing && (isSlow || !thread.isAlive());
  }

  private void run(Owner owner) {
    while (!closing) {
      try {
        turn(owner);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    empty();
  }

  private void turn(Owner owner) throws InterruptedException {
    turnBeganNanos = 0;
    @Nullable Runnable event = await();
    turnBeganNanos = System.nanoTime() | 1; // Never 0, and off by a nanosecond at most.
    for (int n = 0; event != null; n++) {
      runSafely(event);
      event = n < MAX_TURN ? events.poll() : null;
    }
    if (hasAlarm && System.nanoTime() - wakeAtNanos >= 0) {
      hasAlarm = false;
      runSafely(owner::wake);
    }
    runSafely(owner::turn);
  }

  /** A bug in one event is no reason to forget another. */
  private void runSafely(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | StackOverflowError e) {
      log.error("{} met a bug and goes on", thread.getName(), e);
    }
  }

  private void empty() {
    for (Runnable left = events.poll(); left != null; left = events.poll()) {
      runSafely(left);
    }
  }

  private @Nullable Runnable await() throws InterruptedException {
    if (!hasAlarm) {
      return events.take();
    }
    long nanos = wakeAtNanos - System.nanoTime();
    return nanos <= 0 ? events.poll() : events.poll(nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs what waits and ends the thread; may be called on it. */
  @Override
  public void close() {
    synchronized (events) {
      closing = true;
    }
    events.add(() -> {});
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join();
      empty(); // Where it had died before, or never began.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
