package io.corale.node.observe.ratis;

import io.corale.node.observe.Metrics;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.util.TimeDuration;

/**
 * What Ratis finds, by {@link java.util.ServiceLoader}, when it looks for somebody to keep its
 * metrics. There is one in a process, whatever a process holds.
 *
 * <p>Ratis has some eighty metrics in each group, asks for a registry for each of its parts in each
 * group, and does not give all of them back. Here every group counts into the same few series, and
 * no registry is remembered: nothing can leak, and a node with a thousand groups shows as much as a
 * node with one. Gauges are not kept, because each would hold on to its group.
 */
public final class AggregatingRegistries extends MetricRegistries {
  private final Metrics metrics = new Metrics();

  /** For the service loader; others want {@link #ofProcess}. */
  public AggregatingRegistries() {
    metrics.prepare(RatisMeasures.ALL);
  }

  /** What all Ratis groups of this process count into. */
  public static Metrics ofProcess() {
    if (MetricRegistries.global() instanceof AggregatingRegistries ours) {
      return ours.metrics;
    }
    throw new IllegalStateException(
        "Ratis uses " + MetricRegistries.global().getClass() + ": remove it from the class path");
  }

  Metrics metrics() {
    return metrics;
  }

  @Override
  public RatisMetricRegistry create(MetricRegistryInfo info) {
    return new AggregatingRegistry(info, metrics);
  }

  @Override
  public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
    return Optional.empty();
  }

  @Override
  public boolean remove(MetricRegistryInfo info) {
    return true;
  }

  @Override
  public void clear() {}

  @Override
  public Set<MetricRegistryInfo> getMetricRegistryInfos() {
    return Set.of();
  }

  @Override
  public Collection<RatisMetricRegistry> getMetricRegistries() {
    return List.of();
  }

  // Reporters of single registries: there are none to report.

  @Override
  public void addReporterRegistration(
      Consumer<RatisMetricRegistry> start, Consumer<RatisMetricRegistry> stop) {}

  @Override
  public void enableJmxReporter() {}

  @Override
  public void enableConsoleReporter(TimeDuration rate) {}
}
