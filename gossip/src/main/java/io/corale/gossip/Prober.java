package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Asks one member after the other whether it is there: by a datagram; by a second one and through
 * three others; over a stream. Only who answers by none of these ways is suspected.
 *
 * <p>At 10 % loss a ping with an answer gets lost 19 times in 100, and all of the datagrams twice
 * in 1,000: so what is left for the stream is little, and what is left after it is not loss.
 */
final class Prober {
  private static final long INTERVAL_MICROS = 500 * Micros.MILLI;

  /** A dead one: so partitions heal, and each of them hears of it from some node in time. */
  private static final long DEAD_INTERVAL_MICROS = 5 * Micros.SECOND;

  private static final long LEAST_PATIENCE_MICROS = 60 * Micros.MILLI;
  private static final long MOST_PATIENCE_MICROS = Micros.SECOND;
  private static final long UNKNOWN_PATIENCE_MICROS = 500 * Micros.MILLI;
  private static final long LEAST_INDIRECT_MICROS = 300 * Micros.MILLI;
  private static final long MOST_INDIRECT_MICROS = Micros.SECOND;
  private static final long STREAM_MICROS = Micros.SECOND;
  private static final int HELPERS = 3;

  /** At most four seconds of patience, stretched eightfold, at two a second. */
  private static final int MAX_OPEN = 64;

  private final Habits habits;
  private final Members members;
  private final LocalHealth health;
  private final Liveness liveness;
  private final RoundTrips roundTrips;
  private final Outbox outbox;
  private final Talker talker;
  private final LongSupplier summary;
  private final Map<Integer, Probe> open = new LinkedHashMap<>();
  private int lastNumber;
  private long nextAt = Long.MIN_VALUE;
  private long nextDeadAt = Long.MIN_VALUE;

  /**
   * @param summary of what this node holds, to be compared by the other one
   */
  Prober(Shared shared, LongSupplier summary, RandomGenerator chance) {
    this.summary = summary;
    this.habits = shared.habits();
    this.members = shared.members();
    this.health = shared.health();
    this.liveness = shared.liveness();
    this.roundTrips = shared.roundTrips();
    this.outbox = shared.outbox();
    this.talker = shared.talker();
    this.lastNumber = chance.nextInt(1 << 30);
  }

  /** Pairs a ping with its answer. */
  int nextNumber() {
    lastNumber = lastNumber == Integer.MAX_VALUE ? 1 : lastNumber + 1;
    return lastNumber;
  }

  void tick(long now) {
    for (Probe probe : List.copyOf(open.values())) {
      while (now >= probe.deadline() && open.containsKey(probe.number())) {
        goOn(probe, now);
      }
    }
    if (now >= nextAt && open.size() < MAX_OPEN) {
      nextAt = now + health.stretched(INTERVAL_MICROS);
      members.nextPresent().ifPresent(member -> begin(member, now));
    }
    if (habits.isLifeguard()) {
      liveness.unchecked(now).forEach(member -> ping(member, nextNumber(), now));
    }
    if (now >= nextDeadAt) {
      nextDeadAt = now + DEAD_INTERVAL_MICROS;
      members
          .some(1, member -> member.standing() == Standing.DEAD)
          .forEach(member -> ping(member, nextNumber(), now));
    }
  }

  private void begin(Member member, long now) {
    int number = nextNumber();
    open.put(number, new Probe(member, number, now, now + patience(member)));
    ping(member, number, now);
  }

  /** Tells the target how it stands, so that it can refute at once. */
  private void ping(Member member, int number, long now) {
    Gossips.Datagram.Builder datagram =
        Gossips.Datagram.newBuilder()
            .setNumber(number)
            .setPing(
                Gossips.Ping.newBuilder().setTo(member.life()).setSummary(summary.getAsLong()));
    boolean isDoubted = member.standing() != Standing.ALIVE;
    if (isDoubted && (habits.isLifeguard() || member.standing() == Standing.DEAD)) {
      datagram.addVerdicts(member.verdict(talker.self()));
    }
    outbox.send(member.datagramAddress(), datagram, members.size(), now);
  }

  private long patience(Member member) {
    long known = roundTrips.patienceMicros(member.incarnation().node());
    long patience = known == 0 ? UNKNOWN_PATIENCE_MICROS : known;
    return health.stretched(Micros.clamp(LEAST_PATIENCE_MICROS, patience, MOST_PATIENCE_MICROS));
  }

  private void goOn(Probe probe, long now) {
    if (!probe.target().standing().isPresent()) {
      open.remove(probe.number());
      return;
    }
    switch (probe.stage()) {
      case DIRECT -> askOthers(probe, now);
      case INDIRECT -> {
        if (habits.asksAgain()) {
          probe.goOn(Probe.Stage.STREAM, now + health.stretched(STREAM_MICROS));
          talker.ping(probe.target(), probe.number(), summary.getAsLong());
        } else {
          fail(probe, now);
        }
      }
      case STREAM -> fail(probe, now);
    }
  }

  private void askOthers(Probe probe, long now) {
    long patience =
        health.stretched(
            Micros.clamp(
                LEAST_INDIRECT_MICROS,
                2 * roundTrips.patienceMicros(probe.target().incarnation().node()),
                MOST_INDIRECT_MICROS));
    // SWIM has one period for both, which is over for who slept through it, whatever it reads then.
    long from = habits.asksAgain() ? now : probe.deadline();
    probe.goOn(Probe.Stage.INDIRECT, from + patience);
    if (habits.asksAgain()) {
      ping(probe.target(), probe.number(), now);
    }
    Gossips.Favour.Builder favour =
        Gossips.Favour.newBuilder()
            .setTarget(probe.target().life())
            .setPatienceMillis((int) (patience * 8 / 10 / Micros.MILLI));
    members
        .some(HELPERS, member -> member.standing() == Standing.ALIVE && member != probe.target())
        .forEach(
            helper -> {
              probe.helpedBy(helper);
              outbox.send(
                  helper.datagramAddress(),
                  Gossips.Datagram.newBuilder()
                      .setNumber(probe.number())
                      .setFavour(favour.setTo(helper.life())),
                  members.size(),
                  now);
            });
  }

  private void fail(Probe probe, long now) {
    open.remove(probe.number());
    health.worse(probe.hasHelpers() ? probe.silentHelpers() : 1);
    liveness.suspect(probe.target(), now);
  }

  /** An answer came; false where it is to none of these. */
  boolean acked(int number, long from, Gossips.Ack ack, long now) {
    Probe probe = open.get(number);
    if (probe == null || !probe.isAnsweredBy(from)) {
      return false;
    }
    open.remove(number);
    health.better();
    boolean isDirect = from == probe.target().life();
    if (isDirect && probe.stage() == Probe.Stage.DIRECT) {
      roundTrips.measured(
          probe.target().incarnation().node(), now - probe.sentAt(), ack.getCoordinate());
    }
    probe.target().heard(now);
    return true;
  }

  void nacked(int number, long from) {
    Optional.ofNullable(open.get(number)).ifPresent(probe -> probe.nack(from));
  }

  /** This node stood still for so long, and passes no verdict until what waits is read. */
  void extend(long micros, long now) {
    new ArrayList<>(open.values()).forEach(probe -> probe.extend(micros + INTERVAL_MICROS));
    nextAt = Math.max(nextAt, now + INTERVAL_MICROS);
  }
}
