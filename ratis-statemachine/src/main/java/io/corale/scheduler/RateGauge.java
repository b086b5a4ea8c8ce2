package io.corale.scheduler;

import io.corale.model.Limit;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the starts of one scope against a rate: no window of its length, wherever it begins, has
 * more (rule 15).
 *
 * <p>Starts are counted by slices of a 64th of the window, each until the 66th slice after its own
 * has begun. A window touches 65 slices at most; one more is time for what was started to arrive
 * late, and what is started after it not, which is so wherever there are networks and processors.
 * So never more than the rate is within any window, also there; a whole rate may start in one burst
 * where none were before it; and in the long run it is 64 of 66 of the rate. A bucket of tokens
 * would let nearly twice as many through a window, or no burst at all; a list of moments would be
 * exact, and a million of them.
 *
 * <pre>
 * counted:  [now - 65 slices ........ now]   [one slice ahead, after a take-over]
 * </pre>
 *
 * <p>Slices that have gone by are forgotten when the next start or opening looks at them, which the
 * log decides: replicas forget alike.
 */
final class RateGauge {
  /** Of the window; its length is a whole number of microseconds for each that there is. */
  private static final int SLICES = 64;

  /** So many slices before the present one are counted with it. */
  private static final int SPAN = SLICES + 1;

  /** Those that are counted, and one ahead of them. */
  static final int MAX_SLICES = SPAN + 2;

  static final long NONE = -1;

  /** What an executor has started may reach its provider this much later than the log says. */
  static final long LATE_MICROS = Fences.SEND_GRACE_MICROS + Fences.DELIVERY_BOUND_MICROS;

  private final Limit.Rate rate;
  private final long sliceMicros;

  /** Numbers of slices in which something was started, rising, and how much that was. */
  private final long[] numbers = new long[MAX_SLICES];

  private final int[] counts = new int[MAX_SLICES];
  private int size;
  private int sum;

  /** The slice of the last start, also after that is forgotten; {@link #NONE} before the first. */
  private long last = NONE;

  /** Before this cell time it counts what may never have been started; 0: it knows. */
  private long assumedUntilMicros;

  /** One that has counted nothing. */
  RateGauge(Limit.Rate rate) {
    this.rate = rate;
    this.sliceMicros = rate.window().length().toNanos() / 1_000 / SLICES;
  }

  static RateGauge restore(Limit.Rate rate, ScopeState.Rate state) {
    RateGauge gauge = new RateGauge(rate);
    state.slices().forEach(slice -> gauge.add(slice.number(), slice.starts()));
    gauge.last = state.last();
    gauge.assumedUntilMicros = state.assumedUntilMicros();
    return gauge;
  }

  /** The same starts against another rate of the same window. */
  RateGauge with(Limit.Rate next) {
    return restore(next, state());
  }

  /**
   * Nobody knows what was started before, so it may have been all that there might be. What is
   * counted already is among it, so that no number of changes counts more than one rate.
   */
  RateGauge used(long nowMicros) {
    forget(nowMicros);
    int all = Math.max(sum, rate.starts());
    last = nowMicros / sliceMicros;
    long newest = size == 0 ? last : Math.max(last, numbers[size - 1]);
    size = 0;
    sum = 0;
    add(newest, all);
    assumedUntilMicros = CellClock.later(newest * sliceMicros, (SPAN + 1) * sliceMicros);
    return this;
  }

  Limit.Rate rate() {
    return rate;
  }

  /** Counts a start. */
  void started(long nowMicros) {
    forget(nowMicros);
    last = nowMicros / sliceMicros;
    add(last, 1);
  }

  /** When it lets one more start; 0: at once. */
  long opensAtMicros() {
    int left = sum;
    for (int i = 0; i < size && left >= rate.starts(); i++) {
      left -= counts[i];
      if (left < rate.starts()) {
        return CellClock.later(numbers[i] * sliceMicros, (SPAN + 1) * sliceMicros);
      }
    }
    return 0;
  }

  /** What was started before the last window is over. */
  void forget(long nowMicros) {
    long oldest = nowMicros / sliceMicros - SPAN;
    int gone = 0;
    while (gone < size && numbers[gone] < oldest) {
      sum -= counts[gone];
      gone++;
    }
    if (gone > 0) {
      size -= gone;
      System.arraycopy(numbers, gone, numbers, 0, size);
      System.arraycopy(counts, gone, counts, 0, size);
    }
  }

  /**
   * Another executor took over. What the earlier one has just started may still be on its way:
   * nobody knows when it arrives, only that it does so by then, and so it is counted as arriving
   * last. Where windows are shorter than that, some of it is forgotten already: it may have been
   * all that there might be.
   */
  void tookOver(long nowMicros) {
    forget(nowMicros);
    long youngest = Math.max(0, nowMicros - LATE_MICROS) / sliceMicros;
    int moved = 0;
    while (size > 0 && numbers[size - 1] >= youngest) {
      size--;
      moved += counts[size];
    }
    sum -= moved;
    if (last >= youngest && SLICES * sliceMicros < LATE_MICROS) {
      moved = Math.max(moved, rate.starts());
    }
    if (moved > 0) {
      add(CellClock.later(nowMicros, LATE_MICROS) / sliceMicros, moved);
    }
  }

  private void add(long number, int starts) {
    int at = size;
    while (at > 0 && numbers[at - 1] > number) {
      at--;
    }
    if (at > 0 && numbers[at - 1] == number) {
      counts[at - 1] += starts;
    } else {
      System.arraycopy(numbers, at, numbers, at + 1, size - at);
      System.arraycopy(counts, at, counts, at + 1, size - at);
      numbers[at] = number;
      counts[at] = starts;
      size++;
    }
    sum += starts;
  }

  /** All that it counts; at most the rate, unless that was lowered since. */
  int sum() {
    return sum;
  }

  /** The starts of the window that ends now. */
  int starts(long nowMicros) {
    int starts = 0;
    for (int i = size - 1; i >= 0 && numbers[i] >= nowMicros / sliceMicros - SPAN; i--) {
      starts += counts[i];
    }
    return starts;
  }

  /** What a report says of it. */
  InForce.RateUse use(long nowMicros) {
    return new InForce.RateUse(rate, starts(nowMicros), nowMicros < assumedUntilMicros);
  }

  ScopeState.Rate state() {
    return new ScopeState.Rate(rate.window(), slices(), last, assumedUntilMicros);
  }

  List<ScopeState.Slice> slices() {
    List<ScopeState.Slice> slices = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      slices.add(new ScopeState.Slice(numbers[i], counts[i]));
    }
    return slices;
  }
}
