package io.corale.node.cell;

import io.corale.node.cell.Watchdog.Facts;
import io.corale.node.disk.FreeSpace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the replicas of this node: brings the watchdog of each what is to be seen of it, and
 * does what that decides.
 *
 * <p>Confined to the thread on which replicas are created, opened and deleted; what Ratis may do
 * slowly, or never, happens elsewhere.
 */
final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private final RaftHost host;
  private final FreeSpace space;
  private final CellWatch watch;
  private final Executor keeper;
  private final Reopening reopen;
  private final Map<AwakeCell, Watchdog> watchdogs = new LinkedHashMap<>();

  /** What is under way; that it is done may be known here later than it happened. */
  private final Map<AwakeCell, CompletableFuture<Void>> underWay = new LinkedHashMap<>();

  /** Opens a replica that is closed. */
  @FunctionalInterface
  interface Reopening {
    /**
     * Opens it, if its files are sound.
     *
     * @param began to be run, on any thread, when its turn has come to be looked at
     */
    CompletableFuture<Void> reopen(AwakeCell cell, Runnable began);
  }

  /** Why the process must end; read by any thread. */
  private volatile @Nullable String givenUp;

  /**
   * @param space without which no replica is opened again
   * @param keeper the thread to which it is confined
   * @param reopen opens a replica that is closed
   */
  Upkeep(RaftHost host, FreeSpace space, CellWatch watch, Executor keeper, Reopening reopen) {
    this.host = host;
    this.space = space;
    this.watch = watch;
    this.keeper = keeper;
    this.reopen = reopen;
  }

  /** Why only a new process helps; empty while this one goes on. */
  Optional<String> givenUp() {
    return Optional.ofNullable(givenUp);
  }

  /** Nothing is looked after any more that is not among these. */
  void keepOnly(Iterable<AwakeCell> cells) {
    Map<AwakeCell, Watchdog> kept = new LinkedHashMap<>();
    for (AwakeCell cell : cells) {
      kept.put(cell, watchdogOf(cell));
    }
    watchdogs.clear();
    watchdogs.putAll(kept);
    underWay.keySet().retainAll(kept.keySet());
  }

  private Watchdog watchdogOf(AwakeCell cell) {
    return watchdogs.computeIfAbsent(cell, any -> new Watchdog());
  }

  /** Whether it is being opened from here. */
  boolean isOpening(AwakeCell cell) {
    return watchdogOf(cell).isOpening();
  }

  /** Looks at a replica that is not being opened by somebody else. */
  void look(AwakeCell cell) {
    Watchdog watchdog = watchdogOf(cell);
    Facts facts =
        new Facts(
            cell.ailment(),
            host.divisionOf(cell.raftGroup()),
            cell.isMember(),
            cell.isReturning(),
            !space.isLow());
    switch (watchdog.judge(facts, System.nanoTime())) {
      case NOTHING -> {}
      case SHUT -> shut(cell, watchdog, facts);
      case OPEN -> open(cell, watchdog);
      case HALT -> giveUp(cell);
    }
  }

  private void giveUp(AwakeCell cell) {
    CompletableFuture<Void> work = underWay.get(cell);
    if (work != null && !work.isDone()) {
      givenUp = "the replica of cell " + cell.id() + " could not be closed, or opened, in time";
    }
  }

  private void shut(AwakeCell cell, Watchdog watchdog, Facts facts) {
    log.warn(
        "cell {} epoch {} is being closed on this node, {}: it {}",
        cell.id(),
        cell.epoch(),
        watchdog.isForGood(facts) ? "for good" : "to be opened again",
        ailmentOf(facts).why());
    watchdog.shutting(System.nanoTime());
    CompletableFuture<Void> shut = host.shut(cell.raftGroup());
    underWay.put(cell, shut);
    var unused =
        shut.whenCompleteAsync((done, failure) -> hasShut(cell, watchdog, failure), keeper);
  }

  /** One that is dead, and has said nothing. */
  private static Ailment ailmentOf(Facts facts) {
    return facts.ailment().orElseGet(Ailment::closed);
  }

  private void hasShut(AwakeCell cell, Watchdog watchdog, @Nullable Throwable failure) {
    watchdog.hasShut(System.nanoTime());
    if (failure != null) {
      log.warn(
          "cell {} epoch {} not closed: {}",
          cell.id(),
          cell.epoch(),
          Openings.cause(failure).toString());
    }
    // Where nobody had said so.
    cell.ails(Ailment.closed());
  }

  private void open(AwakeCell cell, Watchdog watchdog) {
    watchdog.opening(cell.ailment().orElseGet(Ailment::closed), System.nanoTime());
    CompletableFuture<Void> opened =
        cell.settled()
            .thenComposeAsync(
                settled -> {
                  watchdog.openingWaits();
                  return reopen.reopen(cell, began(watchdog));
                },
                keeper);
    underWay.put(cell, opened);
    var unused =
        opened.whenCompleteAsync((done, failure) -> hasOpened(cell, watchdog, failure), keeper);
  }

  private Runnable began(Watchdog watchdog) {
    return () -> keeper.execute(() -> watchdog.openingBegan(System.nanoTime()));
  }

  private void hasOpened(AwakeCell cell, Watchdog watchdog, @Nullable Throwable failure) {
    if (failure == null) {
      Ailment after = watchdog.wasOpened();
      if (cell.ailment().isEmpty()) {
        log.info("cell {} epoch {} was opened again on this node", cell.id(), cell.epoch());
        watch.reopened(cell.id(), after.kind().name().toLowerCase(Locale.ROOT));
      }
    } else {
      watchdog.wasNotOpened(System.nanoTime());
      if (Openings.cause(failure) instanceof LostReplica) {
        return; // It is said by whoever gives it up.
      }
      log.error(
          "cell {} epoch {} was not opened again on this node",
          cell.id(),
          cell.epoch(),
          Openings.cause(failure));
      watch.reopeningFailed(cell.id());
    }
  }
}
