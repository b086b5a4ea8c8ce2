package io.corale.node.thread;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets few tasks at a time through that take much memory each, on whatever threads they are to run;
 * the others wait in one line and hold no thread. Thread-safe; never blocks.
 */
public final class Narrows {
  private final int width;
  private final int length;

  // Guarded by this.
  private final Deque<Passage> line = new ArrayDeque<>();
  private int inside;

  private record Passage(Executor threads, Runnable task) {}

  /**
   * @param width tasks that run at once
   * @param length tasks that may wait
   */
  public Narrows(int width, int length) {
    this.width = width;
    this.length = length;
  }

  /**
   * Runs a task on these threads when its turn comes.
   *
   * @throws RejectedExecutionException if too many wait, or the threads take it not
   */
  public void pass(Executor threads, Runnable task) {
    Passage passage = new Passage(threads, task);
    if (enter(passage)) {
      boolean isTaken = false;
      try {
        threads.execute(() -> run(task));
        isTaken = true;
      } finally {
        if (!isTaken) {
          leave();
        }
      }
    }
  }

  private synchronized boolean enter(Passage passage) {
    if (inside < width) {
      inside++;
      return true;
    }
    if (line.size() >= length) {
      throw new RejectedExecutionException("too many large tasks wait");
    }
    line.add(passage);
    return false;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      leave();
    }
  }

  /** Has the next one run, here where its own threads do not take it: it was promised to. */
  private void leave() {
    Passage next;
    synchronized (this) {
      next = line.poll();
      if (next == null) {
        inside--;
        return;
      }
    }
    Runnable task = next.task;
    try {
      next.threads.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      run(task);
    }
  }
}
