package io.corale.deploy.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Has begun what is due when it is due, whatever became of what was begun before. */
final class Paced {
  private Paced() {}

  /** Begins one at a cell, which was due then; must not wait. */
  interface Due {
    void begin(int cell, long dueNanos);
  }

  /**
   * Has begun for so long what comes; who calls is busy with that.
   *
   * @param every after so much time it is looked at
   */
  static void run(Arrivals arrivals, Duration span, Duration every, OpenLoop.Watch watch, Due due)
      throws InterruptedException, NoFigures {
    long began = System.nanoTime();
    Arrivals.Arrival next = arrivals.next();
    for (Duration done = Duration.ZERO; done.compareTo(span) < 0; ) {
      Duration left = span.minus(done);
      done = done.plus(left.compareTo(every) < 0 ? left : every);
      while (next.atNanos() < done.toNanos()) {
        sleepUntil(began + next.atNanos());
        due.begin(next.cell(), began + next.atNanos());
        next = arrivals.next();
      }
      sleepUntil(began + done.toNanos());
      watch.look(done);
    }
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
