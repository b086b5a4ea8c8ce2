package io.corale.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private final Map<String, Long> scaledByFunction = new LinkedHashMap<>();

  /** Takes estimates over, longest unobserved first, as {@link #image()} gave them. */
  static Estimates restore(List<Image.Estimate> image) {
    Estimates estimates = new Estimates();
    for (Image.Estimate estimate : image) {
      estimates.scaledByFunction.put(estimate.function(), estimate.scaledMicros());
    }
    return estimates;
  }

  List<Image.Estimate> image() {
    List<Image.Estimate> image = new ArrayList<>(scaledByFunction.size());
    scaledByFunction.forEach((function, scaled) -> image.add(new Image.Estimate(function, scaled)));
    return List.copyOf(image);
  }

  /** What was learned of a function, or what was declared where nothing was. */
  long micros(String function, long declaredMicros) {
    Long scaled = scaledByFunction.get(function);
    return (scaled == null ? scaled(declaredMicros) : scaled) >> FRACTION_BITS;
  }

  void observe(String function, long declaredMicros, long durationMicros) {
    Long known = scaledByFunction.remove(function);
    long past = known == null ? scaled(declaredMicros) : known;
    long moved = past + ((scaled(durationMicros) - past) >> WEIGHT_BITS);
    if (scaledByFunction.size() == MAX_FUNCTIONS) {
      scaledByFunction.remove(scaledByFunction.keySet().iterator().next());
    }
    scaledByFunction.put(function, moved);
  }

  private static long scaled(long micros) {
    return Math.min(Math.max(micros, 0), MAX_MICROS) << FRACTION_BITS;
  }
}
