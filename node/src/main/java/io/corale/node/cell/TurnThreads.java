package io.corale.node.cell;

import io.corale.node.thread.Daemons;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which the cells of a node take their turns, and the one that wakes them. A cell in
 * which nothing happens has none.
 *
 * @param turns a few more than there are turns at once, so that a cell that waits for its disk
 *     holds up no other: two for each awake cell that drives and proposes
 * @param bells to be given nothing but what is done at once
 */
record TurnThreads(ExecutorService turns, ScheduledExecutorService bells)
    implements Executor, AutoCloseable {
  /** Cells come back to work in a moment; what a burst took beyond that is given back. */
  private static final long IDLE_SECONDS = 10;

  /** By then a thread may have ended, where the system gives no more of them. */
  private static final long RETRY_MILLIS = 100;

  static TurnThreads start() {
    ThreadPoolExecutor turns =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Daemons("cell"),
            // Once it is closed: a cell that ends so late does it on the thread that asks it to.
            (turn, closed) -> turn.run());
    ScheduledThreadPoolExecutor bells =
        new ScheduledThreadPoolExecutor(
            1, new Daemons("cell-bell"), new ThreadPoolExecutor.DiscardPolicy());
    bells.setRemoveOnCancelPolicy(true);
    bells.prestartAllCoreThreads(); // Or it might find no thread when one is most needed.
    return new TurnThreads(turns, bells);
  }

  /**
   * Has a turn taken, if need be when the system gives a thread again: who asks may be the thread
   * that applies the log, whose replica an error would cost.
   */
  @Override
  public void execute(Runnable turn) {
    try {
      turns.execute(turn);
    } catch (OutOfMemoryError noThread) {
      var unused = bells.schedule(() -> execute(turn), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** See {@link Mailbox.Bells}. */
  Future<?> ring(Runnable what, long nanos) {
    return bells.schedule(what, nanos, TimeUnit.NANOSECONDS);
  }

  /** Waits for nobody: to be called when all cells have ended. */
  @Override
  public void close() {
    bells.shutdownNow();
    turns.shutdown();
  }
}
