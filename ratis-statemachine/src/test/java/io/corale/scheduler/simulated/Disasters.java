package io.corale.scheduler.simulated;

import io.corale.sim.Chance;
import io.corale.sim.SimLog;
import io.corale.sim.SimNetwork;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** What happens to peers and lines from outside, now and then. */
final class Disasters {
  private static final int EARLIEST_MILLIS = 2_000;
  private static final int SOME_MILLIS = 12_000;

  private final Chance chance;
  private final Faults faults;
  private final SimLog<byte[]> log;
  private final List<SimPeer> peers;
  private final SimNetwork<String, Letter> toPeers;
  private final SimNetwork<String, Letter> toCallers;

  /** In how many of ten moments nothing happens. Swarm testing: hardly ever, or mostly. */
  private static final List<Integer> PEACE = List.of(9, 9, 8, 7, 5, 2);

  /** While a superpeer sleeps past its lease the others take over, and go on. */
  private static final int TRUCE_MOMENTS = 80;

  /** Of how many strikes one puts a superpeer to sleep: in some seeds there is little else. */
  private static final List<Integer> DOZES = List.of(100, 30, 3);

  private static final int MOST_DEPOSALS = 16;

  private static final int MOST_CRASHES = 10;

  /** Less than what an entry takes to come from the superpeer to the others. */
  private static final Duration LOOK = Duration.ofMillis(5);

  private static final int LOOKS = 400;

  /** Less than the send grace: what a deposed superpeer finds then, it could still send. */
  private static final int MOST_LAG_MILLIS = 700;

  /** What happens to a member, by its number in a draw. */
  private static final List<String> WORDS =
      List.of(
          "is elected",
          "is elected",
          "crashes",
          "",
          "",
          "",
          "",
          "is cut off",
          "is mute",
          "is slow",
          "",
          "",
          "",
          "",
          "takes a snapshot",
          "takes a snapshot",
          "has a clock that wobbles",
          "stands still",
          "is not heard by callers",
          "does not hear callers",
          "does not hear a peer",
          "and all others lead in a row",
          "and all others lead in a row");

  private final int peaceInTen;
  private final int dozesIn;
  private final RandomGenerator later;
  private int truceMoments;

  /** So often an entry that is handed over late finds its superpeer in a later term. */
  private int rows = 6;

  /** How many moments there were, each with a chance of its own. */
  private int moments;

  Disasters(
      Chance chance,
      Faults faults,
      SimLog<byte[]> log,
      List<SimPeer> peers,
      SimNetwork<String, Letter> toPeers,
      SimNetwork<String, Letter> toCallers) {
    this.chance = chance;
    this.faults = faults;
    this.log = log;
    this.peers = peers;
    this.toPeers = toPeers;
    this.toCallers = toCallers;
    RandomGenerator swarm = chance.of("trouble");
    this.dozesIn = DOZES.get(swarm.nextInt(DOZES.size()));
    this.peaceInTen = PEACE.get(swarm.nextInt(PEACE.size()));
    this.later = chance.of("later");
  }

  void strike() {
    int number = faults.next();
    RandomGenerator moment = chance.of("moment" + moments++);
    if (truceMoments-- > 0 || moment.nextInt(10) < peaceInTen) {
      return;
    }
    if (moment.nextInt(dozesIn) == 0) {
      if (faults.strikes(number, "the superpeer dozes")) {
        log.leader().ifPresent(leader -> doze(moment, peers.get(leader)));
      }
      return;
    }
    int any = moment.nextInt(peers.size());
    int member = moment.nextInt(3) == 0 ? log.leader().orElse(any) : any;
    int what = moment.nextInt(24);
    if (what >= 3 && what <= 6) {
      log.restart(member);
    } else if (what >= 10 && what <= 13) {
      log.heal();
      toPeers.heal();
      toCallers.heal();
    } else if (what < 23
        && faults.strikes(number, peers.get(member).name() + " " + WORDS.get(what))) {
      strike(moment, what, member);
    }
  }

  private void strike(RandomGenerator moment, int what, int member) {
    SimPeer peer = peers.get(member);
    switch (what) {
      case 0, 1 -> log.elect(member);
      case 2 -> log.crash(member);
      case 7 -> log.cutOff(member);
      case 8 -> log.mute(member);
      case 9 -> log.slowDown(member);
      case 14, 15 -> {
        if (log.isUp(member)) {
          peer.snapshot();
        }
      }
      case 16 -> peer.clock().wobble();
      case 17 -> peer.process().standStill(moment.nextBoolean());
      case 18 -> toCallers.cut(peer.name(), SimCallers.NAME);
      case 19 -> toPeers.cut(SimCallers.NAME, peer.name());
      case 20 -> toPeers.cut(peer.name(), peers.get(moment.nextInt(peers.size())).name());
      default -> leadInARow(log.leader().orElse(member));
    }
  }

  /** Superpeers in a row, back to the first: what it packed before stands in a later term. */
  private void leadInARow(int first) {
    for (int i = 1; i <= peers.size(); i++) {
      log.elect((first + i) % peers.size());
    }
  }

  /** This superpeer is about to hand an entry over late: now and then in a later term of its. */
  void leadInARowMeanwhile(VirtualTime time, int first, long nanos) {
    if (rows > 0 && later.nextInt(3) == 0) {
      rows--;
      time.after(Duration.ofNanos(nanos), () -> leadInARow(first));
    }
  }

  /** Everybody is up and heard, and another one leads. */
  void succeed() {
    heal();
    log.leader().ifPresent(leader -> log.elect((leader + 1) % peers.size()));
  }

  /** Some time, a member comes back from a snapshot, and another one leads. */
  void planRestore(VirtualTime time) {
    RandomGenerator plan = chance.of("restore");
    int member = plan.nextInt(peers.size());
    int snapshotMillis = EARLIEST_MILLIS + plan.nextInt(SOME_MILLIS);
    int crashMillis = snapshotMillis + EARLIEST_MILLIS + plan.nextInt(SOME_MILLIS);
    int backMillis = crashMillis + plan.nextInt(EARLIEST_MILLIS);
    int electMillis = EARLIEST_MILLIS + plan.nextInt(2 * SOME_MILLIS);
    if (!faults.strikes(faults.next(), peers.get(member).name() + " comes back from a snapshot")) {
      return;
    }
    time.after(Duration.ofMillis(snapshotMillis), peers.get(member)::snapshot);
    time.after(Duration.ofMillis(crashMillis), () -> log.crash(member));
    time.after(Duration.ofMillis(backMillis), () -> log.restart(member));
    time.after(
        Duration.ofMillis(electMillis),
        () -> log.elect(log.leader().map(leader -> (leader + 1) % peers.size()).orElse(member)));
  }

  /**
   * Now and then, in some seeds, a superpeer applies late what it has committed, and is cut off
   * from the others as soon as they know more of what it has started than itself: another takes
   * over, and it believes to lead, with work to look at.
   */
  void planDeposals(VirtualTime time, RandomGenerator deposals) {
    int times = Math.max(0, deposals.nextInt(2 * MOST_DEPOSALS) - MOST_DEPOSALS);
    for (int i = 0; i < times; i++) {
      int millis = EARLIEST_MILLIS + deposals.nextInt(2 * SOME_MILLIS);
      int heir = 1 + deposals.nextInt(peers.size() - 1);
      time.after(
          Duration.ofMillis(millis),
          () ->
              log.leader()
                  .ifPresent(
                      leader -> {
                        log.slowDown(leader);
                        deposeOnceBehind(time, leader, (leader + heir) % peers.size(), LOOKS);
                      }));
    }
  }

  private void deposeOnceBehind(VirtualTime time, int leader, int heir, int looksLeft) {
    if (isBehind(peers.get(leader))) {
      log.cutOff(leader);
      log.elect(heir);
      time.after(Duration.ofMillis(2 * MOST_LAG_MILLIS), () -> log.reconnect(leader));
    } else if (looksLeft > 0) {
      time.after(LOOK, () -> deposeOnceBehind(time, leader, heir, looksLeft - 1));
    }
  }

  /** Whether others have applied what this superpeer has started, and it has not. */
  private boolean isBehind(SimPeer superpeer) {
    long applied = superpeer.scheduler().appliedIndex();
    return superpeer.believesToLead()
        && peers.stream()
            .filter(peer -> peer.scheduler().appliedIndex() > applied)
            .flatMap(peer -> peer.image().slots().stream())
            .anyMatch(slot -> slot.startedIndex() > applied && slot.fenceMicros() == 0);
  }

  /** Now and then, in some seeds, a superpeer crashes, and is back as another life of it. */
  void planCrashes(VirtualTime time, RandomGenerator crashes) {
    int times = Math.max(0, crashes.nextInt(2 * MOST_CRASHES) - MOST_CRASHES);
    for (int i = 0; i < times; i++) {
      int millis = EARLIEST_MILLIS + crashes.nextInt(2 * SOME_MILLIS);
      time.after(
          Duration.ofMillis(millis),
          () ->
              log.leader()
                  .ifPresent(
                      leader -> {
                        log.crash(leader);
                        time.after(
                            Duration.ofMillis(crashes.nextInt(MOST_LAG_MILLIS)),
                            () -> log.restart(leader));
                      }));
    }
  }

  private void doze(RandomGenerator moment, SimPeer superpeer) {
    superpeer
        .process()
        .doze(moment.nextBoolean() ? SimProcess.Doze.BEFORE_SEND : SimProcess.Doze.BEFORE_APPLIED);
    log.heal();
    for (int i = 0; i < peers.size(); i++) {
      log.restart(i);
    }
    truceMoments = TRUCE_MOMENTS - moment.nextInt(TRUCE_MOMENTS / 2);
  }

  void heal() {
    toPeers.heal();
    toCallers.heal();
    log.heal();
    for (int i = 0; i < peers.size(); i++) {
      log.restart(i);
    }
  }
}
