package io.corale.deploy.bench;

import io.corale.client.cli.Scraped;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the nodes each second while they are loaded, and at their heaps now and then. */
final class OverloadLooks implements AutoCloseable {
  private static final long EVERY_MILLIS = 1_000;

  /** A collection stops a node for a moment: so many looks tell a slope, and cost little. */
  private static final int HEAP_LOOKS = 5;

  private final NodeLooks looks;
  private final Map<String, String> owner;
  private final List<NodeProbe> probes = new ArrayList<>();
  private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor();
  private final Failures failures = new Failures();

  // Guarded by this.
  private final List<QueueSample> queue = new ArrayList<>();
  private final List<List<Scraped>> said = new ArrayList<>();
  private final List<List<Trend.Point>> resident = new ArrayList<>();
  private final List<List<Trend.Point>> heap = new ArrayList<>();
  private boolean isOverload;
  private volatile long queued = -1;
  private long overloadNanos;
  private long nextHeapNanos;
  private long heapEveryNanos;

  private OverloadLooks(NodeLooks looks, String owner) {
    this.looks = looks;
    this.owner = Map.of("owner", owner);
  }

  static OverloadLooks of(NodeLooks looks, LocalCluster cluster, String owner) throws IOException {
    OverloadLooks all = new OverloadLooks(looks, owner);
    for (int i = 0; i < looks.nodes(); i++) {
      Path data = cluster.directory().resolve(cluster.node(i).name());
      all.probes.add(NodeProbe.of(cluster.node(i), data));
      all.said.add(new ArrayList<>());
      all.resident.add(new ArrayList<>());
      all.heap.add(new ArrayList<>());
    }
    return all;
  }

  /** From now on. */
  void begin() {
    var unused = clockwork.scheduleAtFixedRate(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The overload begins; memory and refusals are looked at from now on. */
  void overloaded(Duration span) {
    clockwork.execute(
        () -> {
          synchronized (this) {
            isOverload = true;
            overloadNanos = System.nanoTime();
            nextHeapNanos = overloadNanos;
            heapEveryNanos = Math.max(1, span.toNanos() / HEAP_LOOKS);
          }
        });
  }

  /** It is over: one more look at all that, for which nobody waits. */
  void calm() {
    clockwork.execute(
        () -> {
          synchronized (this) {
            nextHeapNanos = System.nanoTime();
            look();
            isOverload = false;
          }
        });
  }

  private synchronized void look() {
    try {
      long now = System.nanoTime();
      List<Scraped> all = new ArrayList<>();
      for (int i = 0; i < looks.nodes(); i++) {
        all.add(looks.look(i));
      }
      queue.add(
          new QueueSample(
              now,
              (long) NodeLooks.sum(all, "corale_cell_queued_calls", owner),
              (long) NodeLooks.sum(all, "corale_cell_queued_bytes", owner),
              (long) NodeLooks.sum(all, "corale_cell_live_invocations", owner)));
      queued = queue.get(queue.size() - 1).calls();
      if (isOverload) {
        remember(all, now);
      }
    } catch (IOException | RuntimeException e) {
      failures.note(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remember(List<Scraped> all, long now) throws IOException {
    boolean isHeapDue = now - nextHeapNanos >= 0;
    double seconds = (now - overloadNanos) / 1e9;
    for (int i = 0; i < all.size(); i++) {
      said.get(i).add(all.get(i));
      resident.get(i).add(new Trend.Point(seconds, probes.get(i).residentBytes()));
      if (isHeapDue) {
        heap.get(i).add(new Trend.Point(seconds, probes.get(i).heapBytes()));
      }
    }
    if (isHeapDue) {
      nextHeapNanos += heapEveryNanos;
    }
  }

  /** What was seen of the queue when it was last looked at; -1 before. */
  long queued() {
    return queued;
  }

  synchronized List<QueueSample> queue() {
    return List.copyOf(queue);
  }

  synchronized List<RefusalTimes> refusals() {
    List<RefusalTimes> rows = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      rows.addAll(RefusalTimes.of("n" + (i + 1), said.get(i)));
    }
    return rows;
  }

  synchronized List<MemorySamples> memory() {
    List<MemorySamples> rows = new ArrayList<>();
    for (int i = 0; i < heap.size(); i++) {
      rows.add(new MemorySamples("n" + (i + 1), resident.get(i), heap.get(i)));
    }
    return rows;
  }

  /** Looks that came to nothing. */
  Failures failures() {
    return failures;
  }

  @Override
  public void close() throws IOException {
    clockwork.shutdownNow();
    for (NodeProbe probe : probes) {
      probe.close();
    }
  }
}
