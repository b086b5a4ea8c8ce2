package io.corale.node.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer and a monotonic clock that a test moves by hand; it never starts a thread. */
public final class ManualTimer extends ScheduledThreadPoolExecutor {
  private final List<Pending> pending = new ArrayList<>();
  private long nowNanos;

  public ManualTimer() {
    super(0);
  }

  public long nowNanos() {
    return nowNanos;
  }

  /** Tasks that wait. */
  public int pendingCount() {
    pending.removeIf(Pending::isDone);
    return pending.size();
  }

  /** Runs what is due by then. */
  public void advanceMillis(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    for (Pending one : List.copyOf(pending)) {
      if (one.dueNanos <= nowNanos) {
        one.run();
        pending.remove(one);
      }
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    if (isShutdown()) {
      throw new RejectedExecutionException();
    }
    Pending one = new Pending(command, nowNanos + unit.toNanos(delay));
    pending.add(one);
    return one;
  }

  private final class Pending extends FutureTask<Object>
      implements RunnableScheduledFuture<Object> {
    private final long dueNanos;

    Pending(Runnable command, long dueNanos) {
      super(command, "done");
      this.dueNanos = dueNanos;
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - nowNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
