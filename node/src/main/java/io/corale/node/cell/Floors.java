package io.corale.node.cell;

import io.corale.node.thread.Daemons;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks every second how far the replicas of this node have come. On a thread of its own, since it
 * syncs: a disk that hangs holds up nothing else.
 */
final class Floors implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Floors.class);

  /** What is lost on disk of the last second before a death is not noticed. */
  private static final long PERIOD_MILLIS = 1_000;

  private final FloorMarker marker;
  private final Supplier<Collection<AwakeCell>> cells;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new Daemons("floors"));

  /**
   * @param cells all that are awake
   */
  Floors(FloorMarker marker, Supplier<Collection<AwakeCell>> cells) {
    this.marker = marker;
    this.cells = cells;
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::mark, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Nothing of this may be forgotten from now on; what follows within a second may (rule 6). */
  private void mark() {
    for (AwakeCell cell : cells.get()) {
      try {
        cell.markFloor(marker);
      } catch (IOException | RuntimeException e) {
        log.warn("cell {}: its floor is not marked: {}", cell.id(), e.toString());
      }
    }
  }

  /** Marks them once more; to be called before the replicas are closed. */
  @Override
  public void close() {
    thread.shutdownNow();
    mark();
  }
}
