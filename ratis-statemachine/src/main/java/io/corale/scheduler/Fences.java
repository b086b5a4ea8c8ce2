package io.corale.scheduler;

/**
 * How long a slot stays taken by an attempt of which no end was seen (rule 13).
 *
 * <p>An attempt leaves its executor within the send grace, or never (rule 10), where its arguments
 * are large with some time more for these; the provider starts it within the delivery bound, or
 * never; and ends it within the function's timeout (rule 14). The margin covers clocks that run at
 * different speeds. All are counted in cell time, which never runs faster than the clocks of those
 * who proposed it (rule 7).
 */
public final class Fences {
  /** From before an entry is proposed until its last call may leave the executor. */
  public static final long SEND_GRACE_MICROS = 1_000_000;

  /** From when the first byte of large arguments may leave until their last one has (rule 33). */
  public static final long DEPARTURE_MICROS = 30_000_000;

  /** From the last byte that left until the provider starts the function. */
  public static final long DELIVERY_BOUND_MICROS = 1_000_000;

  /** Two clocks may differ by this much over the length of a fence. */
  public static final long MARGIN_MICROS = 2_000_000;

  private Fences() {}

  /** When an attempt that left no later than the grace after {@code nowMicros} has ended. */
  static long end(long nowMicros, long timeoutMicros) {
    return CellClock.later(
        nowMicros, SEND_GRACE_MICROS + DELIVERY_BOUND_MICROS + MARGIN_MICROS, timeoutMicros);
  }
}
