package io.corale.node.thread;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Threads for the tasks of many owners, of whom none waits because another has much to do.
 *
 * <p>The tasks of an owner are one line. A free thread serves the line that was served for the
 * shortest time (start-time fair queueing: Goyal, Vin and Cheng, 1996; a task counts for the time
 * that it took). Who comes to an empty line starts where the line stands that is being served, so
 * nobody saves up turns by being idle; who left with more than that still has it counted. No task
 * counts for more than a second: where the process stood still, nobody owes the pause.
 *
 * <p>A line may hold half of what waits in all, so another one always finds room. Thread-safe.
 *
 * @param <K> by which owners are told apart
 */
public final class FairPool<K> implements AutoCloseable {
  private static final long STOP_SECONDS = 10;

  /** Evaluations are ended within less; who writes a snapshot for longer waits for the disk. */
  private static final long MOST_NANOS = 1_000_000_000L;

  private final Executor threads;
  private final Runnable end;
  private final int capacity;
  private final LongSupplier nanoTime;
  private final Waits<K> waits;

  // All below is guarded by this object's monitor.
  private final Map<K, Line<K>> lines = new LinkedHashMap<>();
  private final TreeSet<Line<K>> waiting = new TreeSet<>(Line.LEAST_SERVED_FIRST);

  /** Lines without tasks that were served for longer than the one that is being served. */
  private final TreeSet<Line<K>> resting = new TreeSet<>(Line.LEAST_SERVED_FIRST);

  /** For how long the line was served of which a task began last. */
  private long floorNanos;

  private int tasks;
  private int running;
  private long made;

  /** Is told of each task when a thread takes it; must be short, must not throw. */
  @FunctionalInterface
  public interface Waits<K> {
    /** A task of this owner waited so long. */
    void waited(K key, long nanos);
  }

  /** The tasks of one owner. */
  private static final class Line<K> {
    static final Comparator<Line<?>> LEAST_SERVED_FIRST =
        Comparator.<Line<?>>comparingLong(line -> line.servedNanos)
            .thenComparingLong(line -> line.number);

    final K key;
    final long number;
    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    int running;
    long servedNanos;

    Line(K key, long number) {
      this.key = key;
      this.number = number;
    }
  }

  /**
   * Daemon threads of this name.
   *
   * @param capacity tasks that may wait; above it they are refused by {@link
   *     RejectedExecutionException}
   */
  public static <K> FairPool<K> start(String name, int threads, int capacity) {
    return start(name, threads, capacity, (key, nanos) -> {});
  }

  /** As above, with one that is told how long tasks waited. */
  public static <K> FairPool<K> start(String name, int threads, int capacity, Waits<K> waits) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), new Daemons(name));
    return new FairPool<>(pool, () -> end(pool), capacity, System::nanoTime, waits);
  }

  private static void end(ThreadPoolExecutor pool) {
    pool.shutdown();
    pool.getQueue().clear();
    try {
      if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param threads run what they are given, not at once, and in any order; for each task of ours
   *     they get one of theirs
   * @param nanoTime measures what tasks take
   */
  FairPool(Executor threads, Runnable end, int capacity, LongSupplier nanoTime, Waits<K> waits) {
    this.threads = threads;
    this.end = end;
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.waits = waits;
  }

  /** Runs the tasks of this owner; refuses them where too many wait, or the pool is closed. */
  public Executor of(K key) {
    return task -> {
      long askedNanos = nanoTime.getAsLong();
      add(
          key,
          () -> {
            waits.waited(key, nanoTime.getAsLong() - askedNanos);
            task.run();
          });
    };
  }

  private void add(K key, Runnable task) {
    if (!admit(key, task)) {
      throw new RejectedExecutionException("too many tasks wait, in all or of " + key);
    }
    boolean hasThread = false;
    try {
      threads.execute(this::serve);
      hasThread = true;
    } finally {
      if (!hasThread) {
        takeBack(key, task); // Or the last of those that wait would do so for ever.
      }
    }
  }

  private synchronized boolean admit(K key, Runnable task) {
    Line<K> line = lines.get(key);
    if (tasks >= capacity || (line != null && line.tasks.size() >= mostOfLine())) {
      return false;
    }
    if (line == null) {
      line = new Line<>(key, made++);
      lines.put(key, line);
    }
    if (line.tasks.isEmpty()) {
      resting.remove(line);
      line.servedNanos = Math.max(line.servedNanos, floorNanos);
      waiting.add(line);
    }
    line.tasks.add(task);
    tasks++;
    return true;
  }

  private synchronized void takeBack(K key, Runnable task) {
    Line<K> line = lines.get(key);
    if (line == null || !line.tasks.removeLastOccurrence(task)) {
      return; // It has been served in the place of another, which waits for the next thread.
    }
    tasks--;
    if (line.tasks.isEmpty()) {
      waiting.remove(line);
      if (line.running == 0) {
        resting.add(line);
      }
    }
    forget();
  }

  private int mostOfLine() {
    return Math.max(1, capacity / 2);
  }

  private void serve() {
    Next<K> next = next();
    long begunNanos = nanoTime.getAsLong();
    try {
      next.task.run();
    } finally {
      served(next.line, Math.min(nanoTime.getAsLong() - begunNanos, MOST_NANOS));
    }
  }

  private record Next<K>(Line<K> line, Runnable task) {}

  private synchronized Next<K> next() {
    Line<K> line = waiting.pollFirst();
    Runnable task = line == null ? null : line.tasks.poll();
    if (line == null || task == null) {
      throw new IllegalStateException("a thread was woken, and no task waits");
    }
    tasks--;
    running++;
    line.running++;
    floorNanos = Math.max(floorNanos, line.servedNanos);
    if (!line.tasks.isEmpty()) {
      waiting.add(line);
    }
    return new Next<>(line, task);
  }

  private synchronized void served(Line<K> line, long nanos) {
    waiting.remove(line);
    line.servedNanos += nanos;
    line.running--;
    running--;
    if (!line.tasks.isEmpty()) {
      waiting.add(line);
    } else if (line.running == 0) {
      resting.add(line);
    }
    forget();
  }

  /** Of lines that rest, those of which nothing is to be remembered. */
  private void forget() {
    boolean isIdle = tasks == 0 && running == 0;
    while (!resting.isEmpty() && (isIdle || resting.first().servedNanos <= floorNanos)) {
      lines.remove(resting.pollFirst().key);
    }
  }

  /** Tasks that wait or run. */
  public synchronized int size() {
    return tasks + running;
  }

  /** Takes no more tasks, drops those that wait, and lets those that run end, for a while. */
  @Override
  public void close() {
    end.run();
  }
}
