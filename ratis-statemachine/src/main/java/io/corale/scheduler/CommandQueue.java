package io.corale.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Commands that wait to be proposed, in order, with their size. */
final class CommandQueue {
  private final Deque<QueuedCommand> waiting = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  long bytes() {
    return bytes;
  }

  void addLast(QueuedCommand pending) {
    waiting.addLast(pending);
    bytes += pending.sizeBytes();
  }

  void addFirst(QueuedCommand pending) {
    waiting.addFirst(pending);
    bytes += pending.sizeBytes();
  }

  /**
   * Moves commands into a batch while it stays within {@code maxBytes}; a larger one goes if it is
   * alone. What has been seen applied meanwhile is dropped. No second one goes of those that look
   * through a cell: an entry takes no longer than one of them.
   *
   * @param batchBytes of what the batch holds already
   * @return the bytes of the batch then
   */
  int moveInto(List<QueuedCommand> batch, int batchBytes, int maxBytes) {
    int total = batchBytes;
    while (!waiting.isEmpty()) {
      QueuedCommand first = waiting.getFirst();
      if (!first.isDone()) {
        boolean isTooMuch = !batch.isEmpty() && total + first.sizeBytes() > maxBytes;
        if (isTooMuch || (walks(first) && batch.stream().anyMatch(CommandQueue::walks))) {
          return total;
        }
        batch.add(first);
        total += first.sizeBytes();
      }
      waiting.removeFirst();
      bytes -= first.sizeBytes();
    }
    return total;
  }

  private static boolean walks(QueuedCommand queued) {
    return queued.command() instanceof Command.Control;
  }

  /** Takes out what was asked for more than this long ago; what waits longest stands first. */
  List<QueuedCommand> removeOlderThan(long nanos, long nowNanos) {
    List<QueuedCommand> old = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.getFirst().isOlderThan(nanos, nowNanos)) {
      QueuedCommand first = waiting.removeFirst();
      bytes -= first.sizeBytes();
      old.add(first);
    }
    return old;
  }

  /** Takes all out, in order. */
  void drainTo(List<QueuedCommand> target) {
    target.addAll(waiting);
    waiting.clear();
    bytes = 0;
  }
}
