package io.corale.node.observe;

import io.corale.model.Account;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Cell.Standing;
import io.corale.node.cell.Footprint;
import io.corale.scheduler.AccountView;
import io.corale.scheduler.CircuitView;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Reads every cell of the node: one look at its state for each, between two entries. What an owner
 * has at its providers is told by the superpeer alone, so that sums over nodes are right.
 */
final class CellSampler implements Sampler {
  private final Supplier<List<Cell>> cells;
  private final Metrics metrics;
  private final Clock wall;

  /**
   * @param metrics to forget what was counted for cells that are gone
   */
  CellSampler(Supplier<List<Cell>> cells, Metrics metrics, Clock wall) {
    this.cells = cells;
    this.metrics = metrics;
    this.wall = wall;
  }

  @Override
  public void sample(Readings readings) {
    SortedMap<Standing, Integer> standings = new TreeMap<>();
    SortedSet<String> owners = new TreeSet<>();
    for (Standing each : Standing.values()) {
      standings.put(each, 0);
    }
    for (Cell cell : cells.get().stream().sorted(Comparator.comparing(Cell::id)).toList()) {
      standings.merge(cell.standing(), 1, Integer::sum);
      owners.add(cell.id().owner().value());
      sample(readings, cell);
    }
    standings.forEach((standing, number) -> readings.add(Measure.CELLS, number, name(standing)));
    metrics.keepOwners(owners);
  }

  private void sample(Readings readings, Cell cell) {
    String number = Integer.toString(cell.id().number());
    String owner = cell.id().owner().value();
    Standing standing = cell.standing();
    readings.add(Measure.CELL_STANDING, 1, number, owner, name(standing));
    readings.add(Measure.CELL_TERM, cell.term(), number, owner);
    readings.add(Measure.CELL_APPLIED, cell.applied(), number, owner);
    readings.add(Measure.CELL_FORMAT, cell.activeFormat(), number, owner);
    Footprint footprint = cell.footprint();
    readings.add(Measure.CELL_LOG_BYTES, footprint.logBytes(), number, owner);
    footprint
        .snapshotAt()
        .ifPresent(
            at -> {
              double age = Duration.between(at, wall.instant()).toMillis() / 1_000.0;
              readings.add(Measure.CELL_SNAPSHOT_AGE, Math.max(0, age), number, owner);
              readings.add(Measure.CELL_SNAPSHOT_BYTES, footprint.snapshotBytes(), number, owner);
            });
    if (standing == Standing.SUPERPEER) {
      Held held = cell.read(Held::of);
      readings.add(Measure.LIVE, held.live, number, owner);
      readings.add(Measure.HELD_CALLS, held.heldCalls, number, owner);
      readings.add(Measure.INCIDENTS, held.incidents, number, owner);
      readings.add(Measure.QUEUED_CALLS, held.queuedCalls, number, owner);
      readings.add(Measure.QUEUED_BYTES, held.queuedBytes, number, owner);
      readings.add(Measure.MOST_QUEUED, held.mostQueued, number, owner);
      readings.add(Measure.RECEIPTS, held.receipts, number, owner);
      readings.add(Measure.HISTORY, held.history, number, owner);
      readings.add(Measure.HISTORY_BYTES, held.historyBytes, number, owner);
      readings.add(Measure.RECORDS_BYTES, held.recordBytes, number, owner);
      readings.add(Measure.TEXTS_BYTES, held.textBytes, number, owner);
      held.accounts.forEach(account -> sample(readings, number, owner, account));
    }
  }

  /** What is asked of the state, in one look. */
  private record Held(
      int live,
      int heldCalls,
      int incidents,
      int queuedCalls,
      long queuedBytes,
      int mostQueued,
      int receipts,
      int history,
      long historyBytes,
      long recordBytes,
      long textBytes,
      List<AccountView> accounts) {
    static Held of(OwnerScheduler scheduler) {
      return new Held(
          scheduler.live(),
          scheduler.heldCalls(),
          scheduler.openIncidents(),
          scheduler.queuedCalls(),
          scheduler.queuedBytes(),
          scheduler.activeFormat() < Entry.TERMS_FORMAT ? 0 : scheduler.terms().maxQueued(),
          scheduler.receipts(),
          scheduler.history(),
          scheduler.historyRecordBytes(),
          scheduler.sizeBytes() - scheduler.textBytes(),
          scheduler.textBytes(),
          scheduler.accountViews());
    }
  }

  private static void sample(Readings readings, String cell, String owner, AccountView view) {
    Account account = view.account();
    for (AccountView.ScopeView scope : view.scopes()) {
      String[] labels = {account.id().value(), cell, owner, account.provider(), scope.scope()};
      readings.add(Measure.SCOPE_QUEUED, scope.queued(), labels);
      readings.add(Measure.SCOPE_RUNNING, scope.running(), labels);
      readings.add(Measure.SCOPE_LEASED, scope.leased(), labels);
      readings.add(Measure.SCOPE_LIMIT, scope.limit(), labels);
    }
    String[] labels = {account.id().value(), cell, owner, account.provider()};
    int waiting = view.circuits().stream().mapToInt(CircuitView::waiting).sum();
    readings.add(Measure.CIRCUITS_OPEN, view.circuits().size(), labels);
    readings.add(Measure.CIRCUITS_WAITING, waiting, labels);
    readings.add(Measure.RETRIES_LEFT, view.retriesLeft(), labels);
    if (account.hasMoreLimits()) {
      moreLimits(readings, cell, owner, view);
    }
  }

  private static void moreLimits(Readings readings, String cell, String owner, AccountView view) {
    Account account = view.account();
    SortedMap<String, ScopeLimit> declared = new TreeMap<>();
    account.scopes().forEach(scope -> declared.put(scope.scope(), scope));
    for (AccountView.ScopeView scope : view.scopes()) {
      SortedMap<String, Integer> limits = new TreeMap<>();
      ScopeLimit its = declared.get(scope.scope());
      if (its != null && !its.more().isEmpty()) {
        limits.put("concurrency", scope.inForce().concurrency());
        its.more().forEach(limit -> rate(limit).ifPresent(r -> limits.put(kind(r), r.starts())));
      }
      limits.forEach(
          (kind, limit) ->
              readings.add(
                  Measure.SCOPE_LIMIT_OF_KIND,
                  limit,
                  account.id().value(),
                  cell,
                  kind,
                  owner,
                  account.provider(),
                  scope.scope()));
    }
  }

  private static Optional<Limit.Rate> rate(Limit limit) {
    return limit instanceof Limit.Rate rate ? Optional.of(rate) : Optional.empty();
  }

  private static String kind(Limit.Rate rate) {
    return "rate_" + rate.window().name().toLowerCase(Locale.ROOT);
  }

  private static String name(Standing standing) {
    return standing.name().toLowerCase(Locale.ROOT);
  }
}
