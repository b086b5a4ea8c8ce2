package io.corale.node.observe;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects all metrics of the node as text. Thread-safe: one at a time, the next one waits. */
public final class Scrape implements Supplier<String> {
  private static final Logger log = LoggerFactory.getLogger(Scrape.class);

  private final Metrics metrics;
  private final List<Sampler> samplers;
  private final LongSupplier nanos;

  /**
   * @param nanos monotonic time, to say how long it took
   */
  Scrape(Metrics metrics, List<Sampler> samplers, LongSupplier nanos) {
    this.metrics = metrics;
    this.samplers = List.copyOf(samplers);
    this.nanos = nanos;
  }

  /** Everything at this moment, in Prometheus' text format. */
  @Override
  public synchronized String get() {
    long begun = nanos.getAsLong();
    Readings readings = new Readings();
    for (Sampler sampler : samplers) {
      try {
        sampler.sample(readings);
      } catch (RuntimeException e) {
        // What the others know is worth more than nothing.
        log.warn("a part of the metrics could not be read: {}", e.toString());
      }
    }
    metrics.replace(readings);
    String text = Exposition.of(metrics.all());
    metrics.record(Measure.SCRAPE_SECONDS, nanos.getAsLong() - begun);
    return text;
  }
}
