package io.corale.deploy.bench;

import io.corale.wire.Door;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Submits as fast as a door answers: whatever it says, another follows at once. Nobody waits for
 * the end of what is accepted.
 */
final class Flood {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final DoorCallers callers;
  private final String prefix;
  private final AtomicLong number = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong other = new AtomicLong();
  private final AtomicLong open = new AtomicLong();
  private volatile boolean isOver = true;

  /**
   * @param prefix of the ids of what it submits, which nobody else uses
   */
  Flood(DoorCallers callers, String prefix) {
    this.callers = callers;
    this.prefix = prefix;
  }

  /** What was answered in all. */
  record Answers(long accepted, long refused, long other) {}

  /** From now on so many are without an answer. */
  void begin(int outstanding) {
    isOver = false;
    for (int i = 0; i < outstanding; i++) {
      next();
    }
  }

  /** No more are begun. */
  void end() {
    isOver = true;
  }

  /** How many are without an answer. */
  long open() {
    return open.get();
  }

  Answers answers() {
    return new Answers(accepted.get(), refused.get(), other.get());
  }

  private void next() {
    Optional<CompletableFuture<Door.Response>> answer =
        callers.submit(
            BenchOwner.COMPOSITION,
            prefix + number.getAndIncrement(),
            false,
            ANSWER,
            response -> {});
    answer.ifPresent(
        told -> {
          open.incrementAndGet();
          var unused = told.thenAccept(this::heard);
        });
  }

  private void heard(Door.Response response) {
    (response.hasAccepted() ? accepted : response.hasRefused() ? refused : other).incrementAndGet();
    open.decrementAndGet();
    if (!isOver) {
      next();
    }
  }
}
