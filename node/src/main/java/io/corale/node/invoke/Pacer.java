package io.corale.node.invoke;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Fences;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Spreads what leaves this node, so that what the log starts within a rate is sent within it, too
 * (rule 15): entries are applied in lumps, and what was started evenly would leave at once.
 *
 * <p>It waits for no longer than half of the send grace: what has no place by then comes of a node
 * that stood still, and is given back unsent. It knows nothing of what other nodes sent, for the
 * log does. Thread-safe.
 */
final class Pacer {
  /** The other half is left to look up a name, connect, and prove who one is (rule 10). */
  static final long MOST_WAIT_NANOS = Fences.SEND_GRACE_MICROS * 1_000 / 2;

  /**
   * Rates of which something was used lately: 16 KiB each at most; beyond, what the log does has to
   * do.
   */
  static final int MAX_PACES = 2_000;

  /** Of one owner: three quarters are left to all others. */
  static final int MAX_OF_OWNER = MAX_PACES / 4;

  /** Between two looks for those that are over. */
  private static final long SWEEP_NANOS = 1_000_000_000L;

  private final Map<Key, Pace> paces = new LinkedHashMap<>();
  private final Map<OwnerId, Integer> ofOwners = new LinkedHashMap<>();
  private OptionalLong sweptNanos = OptionalLong.empty();

  /** Where its time begins: monotonic clocks begin anywhere, and may run over. */
  private OptionalLong beginNanos = OptionalLong.empty();

  private record Key(CellId cell, AccountId account, String scope, Limit.Window window) {}

  /** A rate that an attempt counts against. */
  private record Paced(Key key, int most) {}

  /** Where an attempt counts. */
  static final class Place {
    private static final Place ANYWHERE = new Place(0, List.of());

    private final long waitNanos;
    private final List<Spot> spots;

    private Place(long waitNanos, List<Spot> spots) {
      this.waitNanos = waitNanos;
      this.spots = spots;
    }

    /** For so long it is not to leave. */
    long waitNanos() {
      return waitNanos;
    }
  }

  /** Where it counts in one rate, which moves; confined to the pacer. */
  private static final class Spot {
    final Pace pace;
    long slice;

    Spot(Pace pace, long slice) {
      this.pace = pace;
      this.slice = slice;
    }
  }

  /**
   * Takes a place for an attempt.
   *
   * @param scope the leaf of its call, of which all that enclose it count as well
   * @param leftNanos so long it may take to leave: a place that it cannot use is lost to others
   * @return empty where it would have to wait too long, and no place was taken
   */
  Optional<Place> place(CellId cell, Account account, String scope, long nowNanos, long leftNanos) {
    List<Paced> rates = rates(cell, account, scope);
    return rates.isEmpty()
        ? Optional.of(Place.ANYWHERE)
        : place(rates, nowNanos, Math.min(MOST_WAIT_NANOS, leftNanos / 2));
  }

  /**
   * It leaves only now: names were looked up, and connections made; or its bytes have waited for
   * this node's own threads and the connection. Those that follow keep their distance from that
   * moment. May be told again, later.
   */
  synchronized void left(Place place, long at) {
    if (beginNanos.isPresent()) {
      long nowNanos = at - beginNanos.getAsLong();
      for (Spot spot : place.spots) {
        spot.pace.advance(nowNanos);
        spot.slice = spot.pace.move(spot.slice, nowNanos);
      }
    }
  }

  /** From the leaf up to the root: parents stand before their children. */
  private static List<Paced> rates(CellId cell, Account account, String leaf) {
    List<Paced> rates = new ArrayList<>();
    String next = leaf;
    for (int i = account.scopes().size() - 1; i >= 0; i--) {
      ScopeLimit scope = account.scopes().get(i);
      if (scope.scope().equals(next)) {
        for (Limit limit : scope.more()) {
          if (limit instanceof Limit.Rate rate) {
            Key key = new Key(cell, account.id(), scope.scope(), rate.window());
            rates.add(new Paced(key, rate.starts()));
          }
        }
        next = scope.parent().orElse(next);
      }
    }
    return rates;
  }

  private synchronized Optional<Place> place(List<Paced> rates, long at, long mostNanos) {
    if (beginNanos.isEmpty()) {
      beginNanos = OptionalLong.of(at);
    }
    long nowNanos = at - beginNanos.getAsLong();
    sweep(nowNanos);
    rates.stream()
        .flatMap(rate -> Optional.ofNullable(paces.get(rate.key())).stream())
        .forEach(pace -> pace.advance(nowNanos));
    OptionalLong room = room(rates, nowNanos, nowNanos + mostNanos);
    if (room.isEmpty()) {
      return Optional.empty();
    }
    List<Spot> spots = new ArrayList<>();
    rates.forEach(
        rate ->
            paceOf(rate.key(), nowNanos)
                .ifPresent(pace -> spots.add(new Spot(pace, pace.take(room.getAsLong())))));
    return Optional.of(new Place(room.getAsLong() - nowNanos, spots));
  }

  /** The first moment at which all have room. */
  private OptionalLong room(List<Paced> rates, long nowNanos, long last) {
    if (last < nowNanos) {
      return OptionalLong.empty();
    }
    long at = nowNanos;
    boolean isSettled = false;
    while (!isSettled) {
      isSettled = true;
      for (Paced rate : rates) {
        Pace pace = paces.get(rate.key());
        OptionalLong place = pace == null ? OptionalLong.of(at) : pace.place(rate.most(), at, last);
        if (place.isEmpty()) {
          return OptionalLong.empty();
        }
        isSettled &= place.getAsLong() == at;
        at = place.getAsLong();
      }
    }
    return OptionalLong.of(at);
  }

  /** Empty where there are too many; the log has counted it all the same. */
  private Optional<Pace> paceOf(Key key, long nowNanos) {
    Pace pace = paces.get(key);
    if (pace == null) {
      OwnerId owner = key.cell().owner();
      if (paces.size() >= MAX_PACES || ofOwners.getOrDefault(owner, 0) >= MAX_OF_OWNER) {
        return Optional.empty();
      }
      pace = new Pace(key.window(), nowNanos);
      paces.put(key, pace);
      ofOwners.merge(owner, 1, Integer::sum);
    }
    return Optional.of(pace);
  }

  private void sweep(long nowNanos) {
    if (sweptNanos.isEmpty() || nowNanos - sweptNanos.getAsLong() >= SWEEP_NANOS) {
      paces.values().removeIf(pace -> pace.isOver(nowNanos));
      ofOwners.clear();
      paces.keySet().forEach(key -> ofOwners.merge(key.cell().owner(), 1, Integer::sum));
      sweptNanos = OptionalLong.of(nowNanos);
    }
  }

  /** How many scopes it counts in. */
  synchronized int size() {
    return paces.size();
  }
}
