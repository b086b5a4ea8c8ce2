package io.corale.node.cell;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that wait for one awake cell. Everything that drives the cell happens here, one event
 * after the other, so that nothing else needs a lock: on one thread at a time, which this cell has
 * only while events wait. That is what is meant by the cell's own thread.
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

  private final String name;
  private final Bells bells;
  private final Owner owner;
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final Turns turns;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;
  private volatile boolean closing;

  /** The thread that has the turn. */
  private volatile @Nullable Thread turning;

  // Of whoever has the turn.
  private long wakeAtNanos = Long.MAX_VALUE;
  private boolean hasAlarm;

  /** The one bell that is set; it may ring before the alarm, and is then set again. */
  private @Nullable Future<?> bell;

  private long ringsAtNanos;

  /** What the events act on. */
  interface Owner {
    /** The time that was asked for has come. */
    void wake();

    /** Some events have happened; do what they ask for. */
    void turn();
  }

  /** What wakes a cell in which nothing happens. */
  @FunctionalInterface
  interface Bells {
    /** Has this done after a time, by any thread. */
    Future<?> set(Runnable ring, long nanos);
  }

  /**
   * @param threads as those of {@link Turns}
   */
  Mailbox(String name, Executor threads, Bells bells, Owner owner) {
    this.name = name;
    this.bells = bells;
    this.owner = owner;
    this.turns = new Turns(threads, this::round);
  }

  void start() {
    started = true;
    turns.ask();
  }

  /** Gives a request in; false when too many wait, or the cell is closed. */
  boolean offer(Runnable request) {
    synchronized (events) { // Or it might be closed, and emptied, between this look and the add.
      if (closing || requests.incrementAndGet() > MAX_REQUESTS) {
        requests.decrementAndGet();
        return false;
      }
      events.add(
          () -> {
            requests.decrementAndGet();
            request.run();
          });
    }
    ask();
    return true;
  }

  /** Gives in what was asked for, or what happened. */
  void tell(Runnable event) {
    events.add(event);
    ask();
  }

  private void ask() {
    if (started) {
      turns.ask();
    }
  }

  /** Calls {@link Owner#wake} after this time; replaces what was asked before. On the thread. */
  void wakeAfter(long nanos) {
    hasAlarm = true;
    wakeAtNanos = System.nanoTime() + nanos;
    if (bell == null || wakeAtNanos - ringsAtNanos < 0) {
      setBell(nanos);
    }
  }

  private void setBell(long nanos) {
    if (bell != null) {
      bell.cancel(false);
    }
    ringsAtNanos = wakeAtNanos;
    bell = bells.set(turns::ask, nanos);
  }

  /** Whether an error has ended it, or one turn takes longer than this, or to get one. */
  boolean isStuck(Duration patience) {
    return !closing && turns.isStuck(patience);
  }

  private void round() {
    if (ended.getCount() == 0) {
      return; // What comes so late finds nobody.
    }
    turning = Thread.currentThread();
    boolean isOver = true; // Or an error has ended it.
    try {
      if (closing) {
        empty();
      } else {
        turn();
        isOver = false;
      }
    } finally {
      turning = null;
      if (isOver) {
        end();
      }
    }
  }

  private void turn() {
    @Nullable Runnable event = events.poll();
    boolean isAsked = event != null;
    for (int n = 0; event != null; n++) {
      runSafely(event);
      event = n < MAX_TURN ? events.poll() : null;
    }
    boolean rings = rings();
    if (isAsked || rings) {
      runSafely(owner::turn);
    }
    if (!events.isEmpty()) {
      turns.ask();
    }
  }

  /** Whether the time has come that was asked for; the owner knows then. */
  private boolean rings() {
    long now = System.nanoTime();
    if (bell != null && now - ringsAtNanos >= 0) {
      bell = null;
    }
    if (hasAlarm && now - wakeAtNanos >= 0) {
      hasAlarm = false;
      runSafely(owner::wake);
      return true;
    }
    if (hasAlarm && bell == null) {
      setBell(wakeAtNanos - now);
    }
    return false;
  }

  /** A bug in one event is no reason to forget another. */
  private void runSafely(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | StackOverflowError e) {
      log.error("{} met a bug and goes on", name, e);
    }
  }

  private void empty() {
    for (Runnable left = events.poll(); left != null; left = events.poll()) {
      runSafely(left);
    }
  }

  private void end() {
    if (bell != null) {
      bell.cancel(false);
    }
    ended.countDown();
  }

  /** Runs what waits and ends; may be called on its own thread, which goes on to its end. */
  @Override
  public void close() {
    synchronized (events) {
      closing = true;
    }
    turns.ask(); // One that has never begun ends as well.
    if (Thread.currentThread() == turning) {
      return;
    }
    try {
      ended.await();
      empty(); // Where it had died before.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
