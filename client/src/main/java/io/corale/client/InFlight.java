package io.corale.client;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * The bound on invocations that were started and have not ended. Thread-safe; nobody is ever
 * blocked: what does not fit is turned down, or waits as a callback in the order of its coming.
 */
final class InFlight {
  /** Waiting starts hold their payloads in memory. */
  static final int MAX_WAITING = 100_000;

  private final int limit;
  private final boolean letWait;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int taken;
  private boolean isAdmitting;

  InFlight(int limit, boolean letWait) {
    if (limit < 1) {
      throw new IllegalArgumentException("maxInFlight must be at least 1, was " + limit);
    }
    this.limit = limit;
    this.letWait = letWait;
  }

  int limit() {
    return limit;
  }

  /** Runs {@code start} now or when there is room; false if there is none to wait for either. */
  boolean enter(Runnable start) {
    synchronized (this) {
      if (taken >= limit) {
        return letWait && waiting.size() < MAX_WAITING && waiting.add(start);
      }
      taken++;
    }
    start.run();
    return true;
  }

  /** One has ended; those that wait take its place, one after another, never nested. */
  void leave() {
    synchronized (this) {
      taken--;
      if (isAdmitting) {
        return;
      }
      isAdmitting = true;
    }
    Optional<Runnable> next = nextAdmitted();
    while (next.isPresent()) {
      next.get().run();
      next = nextAdmitted();
    }
  }

  private synchronized Optional<Runnable> nextAdmitted() {
    if (taken >= limit || waiting.isEmpty()) {
      isAdmitting = false;
      return Optional.empty();
    }
    taken++;
    return Optional.of(waiting.remove());
  }
}
