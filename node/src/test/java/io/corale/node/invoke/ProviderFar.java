package io.corale.node.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A provider at the end of a network, in virtual time, and the node that sends to it: entries are
 * applied late, threads wake late, bytes wait in the node, and some calls take longer to arrive.
 */
final class ProviderFar {
  private static final long MILLI = 1_000_000;
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  /** What any call takes, so that only the differences count. */
  private static final long LEAST_DELAY_NANOS = 3 * MILLI;

  private final Pacer pacer;
  private final Account account;
  private final Random chance;
  private final long spreadNanos;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Long> arrived = new ArrayList<>();
  private long order;

  private record Event(long at, long order, Runnable what) {}

  ProviderFar(Pacer pacer, Account account, Random chance) {
    this.pacer = pacer;
    this.account = account;
    this.chance = chance;
    Limit.Rate rate = (Limit.Rate) account.scopes().get(0).more().get(0);
    this.spreadNanos = (rate.window() == Limit.Window.SECOND ? 27 : 500) * MILLI;
  }

  /** Sends what the log starts; says when each arrives. */
  List<Long> serve(List<Long> starts) {
    long clock = chance.nextLong(1_000 * MILLI); // Which began at another moment.
    starts.forEach(start -> at(clock + start + late(20), this::ask));
    while (!events.isEmpty()) {
      now = events.peek().at();
      events.remove().what().run();
    }
    return arrived;
  }

  private long now;

  private void at(long nanos, Runnable what) {
    events.add(new Event(nanos, order++, what));
  }

  private void ask() {
    Optional<Pacer.Place> found = pacer.place(CELL, account, ScopeLimit.ROOT, now, Long.MAX_VALUE);
    assertThat(found).as("nothing is given back, at %d", now).isPresent();
    Pacer.Place place = found.orElseThrow();
    at(now + place.waitNanos() + late(2), () -> leave(place));
  }

  /** It is permitted to leave, and a while later its bytes have left. */
  private void leave(Pacer.Place place) {
    pacer.left(place, now);
    at(now + (chance.nextInt(200) == 0 ? late(150) : late(1)), () -> write(place));
  }

  private void write(Pacer.Place place) {
    pacer.left(place, now);
    arrived.add(now + LEAST_DELAY_NANOS + delay());
  }

  /** At its least and at its most, for a while or for one call, and anything between. */
  private long delay() {
    boolean isSlow = now / (1_500 * MILLI) % 2 == 0;
    return switch (chance.nextInt(4)) {
      case 0 -> spreadNanos;
      case 1 -> chance.nextLong(spreadNanos + 1);
      default -> isSlow ? spreadNanos : 0;
    };
  }

  /** Mostly less than a tenth of that. */
  private long late(int mostMillis) {
    long most = mostMillis * MILLI;
    return chance.nextInt(20) == 0 ? chance.nextLong(most) : chance.nextLong(most / 10);
  }
}
