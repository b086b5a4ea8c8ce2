package io.corale.deploy.bench;

import io.corale.client.ClientOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as many invocations in flight as asked, and times each that completes. In the place of one
 * that does not, none is begun: whoever looks at the figures looks at the failures first.
 */
final class ClosedLoop {
  private final Supplier<CompletableFuture<ClientOutcome>> start;
  private final Samples samples = new Samples();
  private final Failures failures = new Failures();

  /** Whoever is in flight, and the one who waits for their end. */
  private final Phaser flying = new Phaser(1);

  private volatile boolean isMeasuring;
  private volatile boolean isOver;

  /**
   * @param start begins one invocation and tells how it ended; called on any thread
   */
  ClosedLoop(Supplier<CompletableFuture<ClientOutcome>> start) {
    this.start = start;
  }

  void begin(int inFlight) {
    flying.bulkRegister(inFlight);
    for (int i = 0; i < inFlight; i++) {
      next();
    }
  }

  /** Times those that end meanwhile; says how long it was. */
  Duration measure(Duration span) throws InterruptedException {
    long began = System.nanoTime();
    isMeasuring = true;
    Thread.sleep(span.toMillis());
    isMeasuring = false;
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * Begins no more, and waits until all have ended.
   *
   * @throws NoFigures if some have not in time, or if none was timed
   */
  void end(Duration patience) throws NoFigures, InterruptedException {
    isOver = true;
    int phase = flying.arrive();
    try {
      flying.awaitAdvanceInterruptibly(phase, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NoFigures(
          "%d invocations have not ended within %s; %s"
              .formatted(flying.getUnarrivedParties(), patience, failures.text()));
    }
    if (samples.count() == 0) {
      throw new NoFigures("no invocation completed while it was measured; " + failures.text());
    }
  }

  /** How many completed while it was measured. */
  int count() {
    return samples.count();
  }

  Percentiles latency() {
    return samples.percentiles();
  }

  /** Of those that did not complete, at any time. */
  Failures failures() {
    return failures;
  }

  private void next() {
    long began = System.nanoTime();
    var unused = start.get().whenComplete((outcome, failure) -> ended(began, outcome, failure));
  }

  private void ended(long began, @Nullable ClientOutcome outcome, @Nullable Throwable failure) {
    if (!goesOn(began, outcome, failure)) {
      flying.arriveAndDeregister();
    }
  }

  /** Whether another one was begun in its place. */
  private boolean goesOn(long began, @Nullable ClientOutcome outcome, @Nullable Throwable failure) {
    if (!(outcome instanceof ClientOutcome.Completed)) {
      failures.note(String.valueOf(outcome == null ? failure : outcome));
      return false;
    }
    try {
      if (isMeasuring) {
        samples.add(System.nanoTime() - began);
      }
      if (isOver) {
        return false;
      }
      next();
      return true;
    } catch (RuntimeException e) {
      failures.note(e.toString());
      return false;
    }
  }
}
