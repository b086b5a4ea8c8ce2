package io.corale.scheduler;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long each function is expected to run, learned from the durations in the log: a moving
 * average that gives the newest duration one eighth of the weight. It begins at the declared
 * duration. Integers only, so that replicas agree to the last bit.
 */
final class Estimates {
  /** Bounds the memory; the function observed longest ago makes room. */
  static final int MAX_FUNCTIONS = 10_000;

  /** Thirty days: longer durations count as this, so that no sum of estimates overflows. */
  static final long MAX_MICROS = 30L * 24 * 60 * 60 * 1_000_000;

  /** The newest duration weighs 1 / 2^3. */
  private static final int WEIGHT_BITS = 3;

  /** Binary places kept, so that the average can move by less than a microsecond. */
  private static final int FRACTION_BITS = 8;

  /** In the order of the last observation. */
  private final Pages<String, Image.Estimate> known = new Pages<>(Image.Estimate::function);

  /** Takes estimates over, longest unobserved first, as {@link #image()} gave them. */
  static Estimates restore(List<Image.Estimate> image) {
    Estimates estimates = new Estimates();
    image.forEach(estimates.known::put);
    return estimates;
  }

  List<Image.Estimate> image() {
    return known.freeze();
  }

  /** What was learned of a function; empty where nothing was. */
  OptionalLong learnedMicros(String function) {
    Image.Estimate estimate = known.get(function);
    return estimate == null
        ? OptionalLong.empty()
        : OptionalLong.of(estimate.scaledMicros() >> FRACTION_BITS);
  }

  void observe(String function, long declaredMicros, long durationMicros) {
    long past = scaled(known.remove(function), declaredMicros);
    long moved = past + ((scaled(durationMicros) - past) >> WEIGHT_BITS);
    if (known.size() == MAX_FUNCTIONS) {
      known.remove(known.values().iterator().next().function());
    }
    known.put(new Image.Estimate(function, moved));
  }

  private static long scaled(Image.@Nullable Estimate estimate, long declaredMicros) {
    return estimate == null ? scaled(declaredMicros) : estimate.scaledMicros();
  }

  private static long scaled(long micros) {
    return Math.min(Math.max(micros, 0), MAX_MICROS) << FRACTION_BITS;
  }
}
