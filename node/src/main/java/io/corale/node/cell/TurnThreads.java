package io.corale.node.cell;

import io.corale.node.thread.Daemons;
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
 * @param turns as many as there are turns at once, so that a cell that waits for its disk holds up
 *     no other: at most two for each awake cell, which drives and proposes
 * @param bells to be given nothing but what is done at once
 */
record TurnThreads(ExecutorService turns, ScheduledExecutorService bells) implements AutoCloseable {
  /** Cells come back to work in a moment; what a burst took beyond that is given back. */
  private static final long IDLE_SECONDS = 10;

  static TurnThreads start() {
    ThreadPoolExecutor turns =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Daemons("cell"),
            // Once it is closed all cells have ended, and what they are told finds nobody.
            new ThreadPoolExecutor.DiscardPolicy());
    ScheduledThreadPoolExecutor bells =
        new ScheduledThreadPoolExecutor(
            1, new Daemons("cell-bell"), new ThreadPoolExecutor.DiscardPolicy());
    bells.setRemoveOnCancelPolicy(true);
    return new TurnThreads(turns, bells);
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
