package io.corale.node.step;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether an evaluation has used up the time that it may take: the last bound, behind that of
 * steps, for expressions whose steps are slower than anybody thought.
 *
 * <p>Counted is what the thread has worked, so that nobody's invocation faults because the process
 * stood still, collected garbage, or had too little of a processor.
 */
final class TimeBudget implements BooleanSupplier {
  /** A hundred times what two million steps take. */
  static final Duration MOST = Duration.ofSeconds(5);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final LongSupplier wallNanos;
  private final LongSupplier workNanos;
  private final long begunWall;
  private final long begunWork;

  TimeBudget(LongSupplier wallNanos, LongSupplier workNanos) {
    this.wallNanos = wallNanos;
    this.workNanos = workNanos;
    this.begunWall = wallNanos.getAsLong();
    this.begunWork = workNanos.getAsLong();
  }

  /** A full one; only this thread may ask it. Where no JVM counts work, time itself counts. */
  static TimeBudget ofThisThread() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        ? new TimeBudget(System::nanoTime, THREADS::getCurrentThreadCpuTime)
        : new TimeBudget(System::nanoTime, System::nanoTime);
  }

  /** A thread cannot have worked longer than time went by, and asking for time is cheap. */
  @Override
  public boolean getAsBoolean() {
    return wallNanos.getAsLong() - begunWall >= MOST.toNanos()
        && workNanos.getAsLong() - begunWork >= MOST.toNanos();
  }
}
