package io.corale.node.observe;

import io.corale.model.Incarnation;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The watching of one node, put together: what its rooms count with while they are built, and what
 * is read of them once they stand. Thread-safe.
 */
public final class Observatory {
  private final Incarnation self;
  private final String build;
  private final Metrics metrics = new Metrics();
  private final Watch watch = new Watch(metrics);
  private final Vitals vitals = new Vitals(System::nanoTime);
  private final Scrape scrape;
  private volatile Optional<Parts> parts = Optional.empty();

  /**
   * @param ratis what all Ratis groups of the process count into
   */
  public Observatory(Incarnation self, String build, Metrics ratis) {
    this.self = self;
    this.build = build;
    metrics.adopt(ratis);
    this.scrape =
        new Scrape(
            metrics, List.of(new ProcessSampler(), this::self, this::rooms), System::nanoTime);
  }

  private void self(Readings readings) {
    readings.add(Measure.BUILD, 1, Long.toString(self.boot()), build, self.node().value());
  }

  private void rooms(Readings readings) {
    parts.ifPresent(
        it -> {
          new PartsSampler(it, watch).sample(readings);
          new CellSampler(it.cells()::all, metrics, Clock.systemUTC()).sample(readings);
          readings.add(Measure.CELLS_LOST, it.cells().lost().size());
          readings.add(Measure.CELLS_UNREAD, it.cells().unread().size());
        });
  }

  /** What counts. */
  public Metrics metrics() {
    return metrics;
  }

  /** What the rooms let see. */
  public Watch watch() {
    return watch;
  }

  /** From now on its rooms are looked into. */
  public void observe(Parts rooms) {
    parts = Optional.of(rooms);
  }

  /** The node's timer runs; to be told several times a second. */
  public void ticked() {
    vitals.ticked(parts.map(it -> it.registry().isConnected()).orElse(false));
  }

  /** The node says that it is ready. */
  public void started() {
    vitals.started();
  }

  /** The node begins to leave. */
  public void leaving() {
    vitals.leaving();
  }

  /** Collects all metrics as text, whenever it is asked. */
  public Supplier<String> scrape() {
    return scrape;
  }

  /** What can be looked at over HTTP. */
  public Paths paths() {
    SortedMap<String, Supplier<Page>> pages = new TreeMap<>();
    pages.put("/metrics", () -> Page.metrics(scrape.get()));
    SortedMap<String, Supplier<Page>> probes = new TreeMap<>();
    probes.put("/health/live", health(Health::live));
    probes.put("/health/ready", health(Health::ready));
    probes.put("/health/startup", health(Health::startup));
    return new Paths(pages, probes);
  }

  private Supplier<Page> health(Function<Health.Facts, Health> judge) {
    return () -> Page.of(judge.apply(vitals.facts(parts)));
  }
}
