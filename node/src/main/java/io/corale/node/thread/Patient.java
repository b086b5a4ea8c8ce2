package io.corale.node.thread;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has tasks that must be done run by threads that refuse some where they have enough to do: those
 * are tried again a moment later. Whoever gives tasks bounds them. Thread-safe; never blocks.
 */
public final class Patient implements Executor {
  /** Until the threads may have room again. */
  private static final long RETRY_MILLIS = 50;

  private final Executor threads;
  private final ScheduledExecutorService timer;

  /**
   * @param timer its tasks are short
   */
  public Patient(Executor threads, ScheduledExecutorService timer) {
    this.threads = threads;
    this.timer = timer;
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException full) {
      try {
        timer.schedule(() -> execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException stopping) {
        task.run(); // There will be no better place.
      }
    }
  }
}
