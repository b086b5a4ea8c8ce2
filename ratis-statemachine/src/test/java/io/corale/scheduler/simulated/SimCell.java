package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Command;
import io.corale.scheduler.Image;
import io.corale.sim.Chance;
import io.corale.sim.SimLog;
import io.corale.sim.SimNetwork;
import io.corale.sim.Trace;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A whole cell of three peers with its callers, providers and disasters, from one seed. */
final class SimCell {
  static final CompositionRef COMPOSITION = new CompositionRef("program", "1.0.0");

  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final List<Policy> POLICIES = List.of(Policy.FIFO, Policy.EDF, Policy.LST_BL);
  private static final int PEERS = 3;
  private static final Duration TROUBLE = Duration.ofSeconds(12);

  /** Every fence and pause is over several times by then. */
  private static final Duration MERCY = Duration.ofMinutes(2);

  /**
   * What a run was worth.
   *
   * @param superpeers that took the cell over
   * @param repliesLost to callers
   * @param repliesDoubled to callers
   * @param restores from a snapshot
   */
  record Report(
      int invocations,
      int starts,
      int superpeers,
      long repliesLost,
      long repliesDoubled,
      int restores,
      int entriesLost,
      long traceHash) {
    /** Whether the seed had what it takes to prove something. */
    boolean counts() {
      return superpeers > 1 && repliesLost > 0 && repliesDoubled > 0 && restores > 0;
    }
  }

  private final Chance chance;
  private final VirtualTime time = new VirtualTime();
  private final Trace trace = new Trace(time);
  private final SimNetwork<String, Letter> toPeers;
  private final SimNetwork<String, Letter> toCallers;
  private final List<SimPeer> peers = new ArrayList<>();
  private final SimLog<Image> log;
  private final SimProvider provider;
  private final Ledger ledger;
  private final SimCallers callers;
  private final RandomGenerator disasters;
  private final List<Account> accounts;
  private boolean isHostile = true;

  SimCell(long seed) {
    this.chance = new Chance(seed);
    RandomGenerator swarm = chance.of("swarm");
    Policy policy = POLICIES.get(swarm.nextInt(POLICIES.size()));
    this.accounts = accounts(swarm, policy);
    this.ledger = new Ledger(policy);
    this.toPeers = new SimNetwork<>(time, chance.of("requests"));
    this.toCallers = new SimNetwork<>(time, chance.of("replies"));
    this.provider = new SimProvider(time, trace, chance.of("provider"), accounts);
    for (int i = 0; i < PEERS; i++) {
      SimPeer peer = new SimPeer(i, this, chance.of("peer" + i));
      peers.add(peer);
      toPeers.attach(peer.name(), peer::receive);
    }
    this.log = new SimLog<>(time, chance.of("log"), peers);
    this.callers = new SimCallers(this, chance.of("callers"));
    toCallers.attach(SimCallers.NAME, callers::receive);
    this.disasters = chance.of("disasters");
    weather(swarm);
  }

  private static List<Account> accounts(RandomGenerator swarm, Policy policy) {
    Optional<String> root = Optional.of(ScopeLimit.ROOT);
    List<ScopeLimit> prime =
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 1 + swarm.nextInt(5)),
            new ScopeLimit("a", root, 1 + swarm.nextInt(3)),
            new ScopeLimit("b", root, 1 + swarm.nextInt(3)));
    List<ScopeLimit> cheap =
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 1 + swarm.nextInt(4)));
    return List.of(
        new Account(Script.PRIME, "sim", 1, Policy.LST_BL, new TreeMap<>(), prime),
        new Account(Script.CHEAP, "sim", 1, policy, new TreeMap<>(), cheap));
  }

  /** Swarm testing: each seed turns some troubles up and some off. */
  private void weather(RandomGenerator swarm) {
    Duration slow = Duration.ofMillis(1 + swarm.nextInt(40));
    int lost = swarm.nextInt(4) * 50;
    int doubled = swarm.nextInt(4) * 50;
    toPeers.weather(new SimNetwork.Weather(Duration.ZERO, slow, lost, doubled));
    toCallers.weather(
        new SimNetwork.Weather(
            Duration.ZERO, slow, 50 + swarm.nextInt(4) * 50, 50 + swarm.nextInt(4) * 50));
    log.weather(
        new SimLog.Weather(
            Duration.ofMillis(1 + swarm.nextInt(15)),
            swarm.nextInt(3) * 30,
            swarm.nextInt(3) * 30));
  }

  /** Runs the whole story; throws at the first moment at which a promise is broken. */
  Report run() {
    try {
      begin();
      live();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(e.getMessage() + "\nafter\n" + trace.tail(), e);
    }
    SimLog.Counts counts = log.counts();
    return new Report(
        ledger.endings(),
        provider.starts(),
        ledger.superpeers(),
        toCallers.lost(),
        toCallers.doubled(),
        counts.restores(),
        counts.lostEntries(),
        trace.hash());
  }

  private void begin() {
    List<Command> first = new ArrayList<>();
    first.add(new Command.Opened(CELL, 1));
    first.add(new Command.Define(COMPOSITION, Payload.NULL));
    accounts.forEach(account -> first.add(new Command.Configure(account)));
    callers.prepare(first);
    RandomGenerator submissions = chance.of("submissions");
    int invocations = 6 + submissions.nextInt(12);
    for (int i = 0; i < invocations; i++) {
      InvocationId id = new InvocationId("i" + i);
      String program = Script.random(submissions);
      time.after(
          Duration.ofMillis(1_500 + submissions.nextInt(7_000)), () -> callers.run(id, program));
    }
  }

  private void live() {
    long endNanos = TROUBLE.toNanos();
    while (time.nowNanos() < endNanos) {
      time.run(Duration.ofMillis(50 + disasters.nextInt(400)));
      disturb();
    }
    heal();
    long mercyNanos = time.nowNanos() + MERCY.toNanos();
    while (!isDone() && time.nowNanos() < mercyNanos) {
      time.run(Duration.ofMillis(250));
    }
    if (!isDone()) {
      Image image = peers.get(0).image();
      throw new AssertionError(
          "healed, but not all has ended; n0: " + image.calls() + image.slots() + image.branches());
    }
  }

  private boolean isDone() {
    long index = peers.get(0).scheduler().appliedIndex();
    return ledger.haveAllEnded()
        && callers.areServed()
        && peers.stream().allMatch(p -> p.scheduler().appliedIndex() == index)
        && peers.stream().allMatch(p -> p.scheduler().live() == 0);
  }

  private void disturb() {
    int member = disasters.nextInt(PEERS);
    switch (disasters.nextInt(16)) {
      case 0, 1 -> log.elect(member);
      case 2 -> log.crash(member);
      case 3, 4, 5 -> log.restart(member);
      case 6 -> log.cutOff(member);
      case 7, 8 -> log.heal();
      case 9, 10 -> {
        if (log.isUp(member)) {
          log.snapshot(member, peers.get(member).image());
        }
      }
      default -> {}
    }
  }

  private void heal() {
    isHostile = false;
    provider.beKind();
    toPeers.weather(SimNetwork.Weather.FAIR);
    toCallers.weather(SimNetwork.Weather.FAIR);
    log.weather(SimLog.Weather.FAIR);
    log.heal();
    for (int i = 0; i < PEERS; i++) {
      log.restart(i);
    }
  }

  // What peers and callers need of each other.

  Chance chance() {
    return chance;
  }

  VirtualTime time() {
    return time;
  }

  Trace trace() {
    return trace;
  }

  Ledger ledger() {
    return ledger;
  }

  SimProvider provider() {
    return provider;
  }

  boolean isHostile() {
    return isHostile;
  }

  void propose(int member, long term, byte[] entry, Runnable failed) {
    log.propose(member, term, entry, failed);
  }

  /** A caller asks whom it believes to lead, or anybody. */
  void ask(Letter letter) {
    int guess = disasters.nextInt(PEERS);
    int peer = disasters.nextBoolean() ? log.leader().orElse(guess) : guess;
    toPeers.send(SimCallers.NAME, peers.get(peer).name(), letter);
  }

  void reply(SimPeer from, Letter letter) {
    trace.note(from.name() + " replies " + letter);
    toCallers.send(from.name(), SimCallers.NAME, letter);
  }

  /** A peer hands over to the present superpeer, if anybody knows it. */
  void handOver(SimPeer from, Letter letter) {
    log.leader().ifPresent(peer -> toPeers.send(from.name(), peers.get(peer).name(), letter));
  }
}
