package io.corale.node.thread;

import io.corale.model.OwnerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets few tasks at a time through that take much memory each, on whatever threads they are to run;
 * the others wait and hold no thread. Each owner has a line of its own, which are served in turn.
 * Thread-safe; never blocks.
 */
public final class Narrows {
  private final int width;
  private final int length;

  // Guarded by this. While a line is not empty, as many are inside as there may be.
  private final Map<OwnerId, Deque<Passage>> lines = new LinkedHashMap<>();
  private int waiting;
  private int inside;

  private record Passage(Executor threads, Runnable task) {}

  /**
   * @param width tasks that run at once
   * @param length tasks that may wait, at most half of them of one owner
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
  public synchronized void pass(OwnerId owner, Executor threads, Runnable task) {
    if (inside < width) {
      enter(threads, task);
      return;
    }
    Deque<Passage> line = lines.getOrDefault(owner, new ArrayDeque<>());
    if (waiting >= length || line.size() >= Math.max(1, length / 2)) {
      throw new RejectedExecutionException("too many large tasks wait, in all or of " + owner);
    }
    line.add(new Passage(threads, task));
    lines.putIfAbsent(owner, line);
    waiting++;
  }

  /** Under the monitor, so that nobody comes to wait for one who does not get in. */
  private void enter(Executor threads, Runnable task) {
    inside++;
    boolean isTaken = false;
    try {
      threads.execute(() -> run(task));
      isTaken = true;
    } finally {
      if (!isTaken) {
        inside--;
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      next().ifPresent(this::follow);
    }
  }

  /** The first of the owner whose turn it is; empty where nobody waits, and one less is inside. */
  private synchronized Optional<Passage> next() {
    var lineIterator = lines.entrySet().iterator();
    if (!lineIterator.hasNext()) {
      inside--;
      return Optional.empty();
    }
    var line = lineIterator.next();
    lineIterator.remove();
    Optional<Passage> first = Optional.ofNullable(line.getValue().poll());
    if (!line.getValue().isEmpty()) {
      lines.put(line.getKey(), line.getValue());
    }
    waiting--;
    return first;
  }

  /** On a thread that has just run one: it runs this one, too, where its own do not take it. */
  private void follow(Passage passage) {
    try {
      passage.threads.execute(() -> run(passage.task));
    } catch (RejectedExecutionException e) {
      run(passage.task);
    }
  }
}
