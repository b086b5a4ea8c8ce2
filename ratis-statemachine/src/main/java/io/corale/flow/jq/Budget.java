package io.corale.flow.jq;

import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What one evaluation of the interpreter may spend on all its expressions together, and the time
 * that all of them see. A step is about one operation of jq; work on large values costs steps by
 * their size.
 *
 * <p>Confined to the evaluating thread.
 */
public final class Budget {
  /** Steps in one evaluation: below a second of work, far more than an honest filter needs. */
  public static final long MAX_STEPS = 1_000_000;

  /** Enough for the values of a hundred headers. */
  private static final long MOMENTS_STEPS = 20_000;

  /** How many steps pass between two questions whether to give up: some microseconds. */
  private static final int PATIENCE_STEPS = 1_024;

  /**
   * Parts of expressions that may be inside of each other at run time. Each takes up to 2 KiB of
   * stack before it is compiled, so that the 1 MiB of a thread is not used up: an overflow could
   * break for good whatever class the JVM is about to load.
   */
  private static final int MAX_DEPTH = 400;

  private final BooleanSupplier isAbandoned;
  private final Optional<Instant> now;
  private final long all;
  private long left;
  private long askAt;
  private int depth;

  /** A full budget of an evaluation without a time: {@code now} is refused. */
  public Budget(BooleanSupplier isAbandoned) {
    this(isAbandoned, Optional.empty());
  }

  /**
   * A full budget.
   *
   * @param now the time of the evaluation, which every {@code now} in it gives
   */
  public Budget(BooleanSupplier isAbandoned, Instant now) {
    this(isAbandoned, Optional.of(now));
  }

  private Budget(BooleanSupplier isAbandoned, Optional<Instant> now) {
    this(isAbandoned, now, MAX_STEPS);
  }

  private Budget(BooleanSupplier isAbandoned, Optional<Instant> now, long steps) {
    this.isAbandoned = isAbandoned;
    this.now = now;
    this.all = steps;
    this.left = steps;
    this.askAt = steps - PATIENCE_STEPS;
  }

  /** A small budget, for what is evaluated where others wait: some milliseconds. */
  public static Budget ofMoments() {
    return new Budget(() -> false, Optional.empty(), MOMENTS_STEPS);
  }

  /** A budget beside this one, of the same time and patience: one of so many equal shares. */
  public Budget share(int shares) {
    return new Budget(isAbandoned, now, MAX_STEPS / shares);
  }

  /** How many steps are spent. */
  public long spent() {
    return all - Math.max(0, left);
  }

  Optional<Instant> now() {
    return now;
  }

  /** Takes this many steps; leaves the evaluation if they are not there, or its time is up. */
  void spend(long steps) {
    left -= steps;
    if (left < 0) {
      left = 0;
      throw new OverBudget("needs more than its budget of " + all + " steps");
    }
    if (left < askAt) {
      askAt = left - PATIENCE_STEPS;
      if (isAbandoned.getAsBoolean()) {
        throw OverBudget.ofTime();
      }
    }
  }

  /** Takes a step into a part; {@link #leave} comes after it in any case. */
  void enter() {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new OverBudget("recurses deeper than " + MAX_DEPTH + " parts");
    }
    spend(1);
  }

  void leave() {
    depth--;
  }
}
