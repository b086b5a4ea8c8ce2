package io.corale.node.route;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer without a thread: time passes when a test says so. */
final class KeptTasks extends ScheduledThreadPoolExecutor {
  private final List<Runnable> kept = new ArrayList<>();

  KeptTasks() {
    super(0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    kept.add(task);
    return new Kept();
  }

  void runAll() {
    List<Runnable> due = List.copyOf(kept);
    kept.clear();
    due.forEach(Runnable::run);
  }

  private static final class Kept extends CompletableFuture<Object>
      implements ScheduledFuture<Object> {
    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
