package io.corale.deploy.bench;

import io.corale.client.ClientOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Begins invocations when they are due, whatever became of those before, and times each from when
 * it was due: a caller who is late because the last one took long would hide that it did.
 */
final class OpenLoop {
  /** Of a bench that starts tens in a second: with more, its callers have long lost patience. */
  static final int MOST_OUTSTANDING = 2_048;

  private final List<Invocation> cells;
  private final Semaphore outstanding = new Semaphore(MOST_OUTSTANDING);
  private final Samples samples = new Samples();
  private final Failures failures = new Failures();
  private final Failures unknown = new Failures();
  private final AtomicLong completed = new AtomicLong();
  private long begun;
  private long notBegun;

  /** How one invocation is begun at a cell. */
  interface Invocation {
    CompletionStage<ClientOutcome> begin();
  }

  /**
   * What came of all that was begun.
   *
   * @param notBegun as too many had not ended
   */
  record Result(long begun, long completed, long notBegun, Failures failures, Failures unknown) {
    /** Whether each that was due has run to its end. */
    boolean isWhole() {
      return completed == begun && notBegun == 0;
    }

    /** For people. */
    String text() {
      return "%d begun, %d completed; %s; of unknown end: %s; %d not begun, as %d were in flight"
          .formatted(begun, completed, failures.text(), unknown.text(), notBegun, MOST_OUTSTANDING);
    }
  }

  /** Begins nothing yet. */
  OpenLoop(List<Invocation> cells) {
    this.cells = List.copyOf(cells);
  }

  /** What is looked at meanwhile; what is late for that is late all the same. */
  interface Watch {
    /** So much of the time has passed. */
    void look(Duration done) throws NoFigures;
  }

  /**
   * Begins for so long what comes, and times it or not; who calls is busy with that.
   *
   * @param every after so much time it is looked at
   */
  void run(Arrivals arrivals, Duration span, boolean isTimed, Duration every, Watch watch)
      throws InterruptedException, NoFigures {
    Paced.run(
        arrivals,
        span,
        every,
        watch,
        (cell, dueNanos) -> begin(cells.get(cell), dueNanos, isTimed));
  }

  private void begin(Invocation invocation, long dueNanos, boolean isTimed) {
    if (!outstanding.tryAcquire()) {
      notBegun++;
      return;
    }
    begun++;
    var unused =
        invocation
            .begin()
            .whenComplete((outcome, failure) -> ended(outcome, failure, dueNanos, isTimed));
  }

  private void ended(
      @Nullable ClientOutcome outcome,
      @Nullable Throwable failure,
      long dueNanos,
      boolean isTimed) {
    if (outcome instanceof ClientOutcome.Completed) {
      completed.incrementAndGet();
      if (isTimed) {
        samples.add(System.nanoTime() - dueNanos);
      }
    } else if (outcome instanceof ClientOutcome.Unknown) {
      unknown.note(outcome.toString());
    } else {
      failures.note(String.valueOf(failure == null ? outcome : failure));
    }
    outstanding.release();
  }

  /** How many have been begun and not ended. */
  int outstanding() {
    return MOST_OUTSTANDING - outstanding.availablePermits();
  }

  /** How many have completed so far. */
  long completed() {
    return completed.get();
  }

  /**
   * Waits until all that was begun has ended.
   *
   * @throws NoFigures if some have not in time: they are lost
   */
  Result end(Duration patience) throws InterruptedException, NoFigures {
    if (!outstanding.tryAcquire(MOST_OUTSTANDING, patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new NoFigures(
          "%d invocations have not ended within %s; %s"
              .formatted(outstanding(), patience, failures.text()));
    }
    outstanding.release(MOST_OUTSTANDING);
    return new Result(begun, completed.get(), notBegun, failures, unknown);
  }

  /** Of those that were timed, from when they were due. */
  Percentiles latency() {
    return samples.percentiles();
  }
}
