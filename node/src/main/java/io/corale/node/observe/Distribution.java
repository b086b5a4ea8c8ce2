package io.corale.node.observe;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.SlidingWindowReservoir;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram that also knows the sum of all it was told, which Prometheus needs for averages and
 * Dropwizard does not keep. Quantiles are over the last values only, so that they follow what
 * happens and a series takes a few KB.
 */
final class Distribution extends Histogram {
  /** The 99th percentile of fewer would be an accident. */
  private static final int WINDOW = 512;

  private final LongAdder sum = new LongAdder();

  Distribution() {
    super(new SlidingWindowReservoir(WINDOW));
  }

  @Override
  public void update(long value) {
    super.update(value);
    sum.add(value);
  }

  long sum() {
    return sum.sum();
  }
}
