package io.corale.node.observe.ratis;

import io.corale.node.observe.Measure;
import io.corale.node.observe.Metrics;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;

/** What one part of one Ratis group counts with: the series that all groups share. */
final class AggregatingRegistry implements RatisMetricRegistry {
  private static final Timekeeper NOT_KEPT = () -> () -> 0;

  private final MetricRegistryInfo info;
  private final Metrics metrics;

  AggregatingRegistry(MetricRegistryInfo info, Metrics metrics) {
    this.info = info;
    this.metrics = metrics;
  }

  @Override
  public Timekeeper timer(String name) {
    return RatisMeasures.timer(info.getMetricsComponentName(), name)
        .map(this::timer)
        .orElse(NOT_KEPT);
  }

  private Timekeeper timer(Measure measure) {
    return () -> {
      long begunNanos = System.nanoTime();
      return () -> {
        long nanos = System.nanoTime() - begunNanos;
        metrics.record(measure, nanos);
        return nanos;
      };
    };
  }

  @Override
  public LongCounter counter(String name) {
    return new Counter(RatisMeasures.counter(info.getMetricsComponentName(), name), metrics);
  }

  /** Counts for its group, which may ask, and for all of them. */
  private static final class Counter implements LongCounter {
    private final LongAdder own = new LongAdder();
    private final Optional<Measure> measure;
    private final Metrics metrics;

    Counter(Optional<Measure> measure, Metrics metrics) {
      this.measure = measure;
      this.metrics = metrics;
    }

    @Override
    public void inc(long n) {
      own.add(n);
      measure.ifPresent(it -> metrics.add(it, n));
    }

    /** Counters that we keep only rise. */
    @Override
    public void dec(long n) {
      own.add(-n);
    }

    @Override
    public long getCount() {
      return own.sum();
    }
  }

  @Override
  public <T> void gauge(String name, Supplier<Supplier<T>> supplier) {}

  @Override
  public boolean remove(String name) {
    return false;
  }

  @Override
  public MetricRegistryInfo getMetricRegistryInfo() {
    return info;
  }
}
