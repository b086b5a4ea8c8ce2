package io.corale.deploy.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps as many invocations in flight as asked, and times each that completes. In the place of one
 * that does not, none is begun: whoever looks at the figures looks at the failures first. It needs
 * nothing but the Java runtime, so that a program that loads another system can use it beside that
 * system's libraries.
 */
public final class ClosedLoop {
  private final Invocation start;
  private final Samples samples = new Samples();
  private final Failures failures = new Failures();

  /** Whoever is in flight, and the one who waits for their end. */
  private final Phaser flying = new Phaser(1);

  private final AtomicLong completed = new AtomicLong();
  private volatile boolean isMeasuring;
  private volatile boolean isOver;

  /** How one invocation is begun; called on any thread. */
  public interface Invocation {
    /** Ends with what was wrong, if it did not complete; so does one that ends exceptionally. */
    CompletionStage<Optional<String>> begin();
  }

  /** Begins nothing yet. */
  public ClosedLoop(Invocation start) {
    this.start = start;
  }

  /** From now on so many are in flight. */
  public void begin(int inFlight) {
    flying.bulkRegister(inFlight);
    for (int i = 0; i < inFlight; i++) {
      next();
    }
  }

  /** Times those that end meanwhile; says how long it was. */
  public Duration measure(Duration span) throws InterruptedException {
    long began = System.nanoTime();
    beginMeasuring();
    Thread.sleep(span.toMillis());
    endMeasuring();
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Those that end from now on are timed. */
  void beginMeasuring() {
    isMeasuring = true;
  }

  /** And no more from now on. */
  void endMeasuring() {
    isMeasuring = false;
  }

  /**
   * Begins no more, and waits until all have ended.
   *
   * @throws NoFigures if some have not in time, or if none was timed
   */
  public void end(Duration patience) throws NoFigures, InterruptedException {
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

  /** What it has measured in this time. */
  public LoopFigures figures(Duration elapsed) {
    return new LoopFigures(count(), elapsed, latency(), failures.count());
  }

  /** How many have completed, measured or not. */
  public long completed() {
    return completed.get();
  }

  /** Notes what went wrong beside the invocations themselves. */
  public void fail(String said) {
    failures.note(said);
  }

  /** For people: what did not complete, and what was said of it. */
  public String failed() {
    return failures.text();
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
    var unused =
        start
            .begin()
            .exceptionally(failure -> Optional.of(failure.toString()))
            .thenAccept(wrong -> ended(began, wrong));
  }

  private void ended(long began, Optional<String> wrong) {
    if (!goesOn(began, wrong)) {
      flying.arriveAndDeregister();
    }
  }

  /** Whether another one was begun in its place. */
  private boolean goesOn(long began, Optional<String> wrong) {
    if (wrong.isPresent()) {
      failures.note(wrong.get());
      return false;
    }
    try {
      completed.incrementAndGet();
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
