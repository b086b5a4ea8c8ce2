package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Retention;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Slot;
import io.corale.scheduler.SmallMemory;
import io.corale.scheduler.Timing;
import io.corale.scheduler.simulated.Lives.Life;
import io.corale.sim.Chance;
import io.corale.sim.SimLog;
import io.corale.sim.SimNetwork;
import io.corale.sim.Trace;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** A whole cell of three peers with its callers, providers and disasters, from one seed. */
final class SimCell {
  static final CompositionRef COMPOSITION = new CompositionRef("program", "1.0.0");

  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final List<Policy> POLICIES =
      List.of(Policy.LST_BL, Policy.LST_BL, Policy.LST_BL, Policy.FIFO, Policy.EDF);
  private static final int PEERS = 3;

  /** In one seed of so many the limits are wide enough that rule 12 leaves them more than one. */
  private static final int WIDE_IN = 6;

  private static final int WIDTH = 4;

  /** In one seed of so many an account has few retries: where they wait, much else does. */
  private static final int FEW_RETRIES_IN = 3;

  /** Fewer than there are in many seeds. */
  private static final int MOST_RETRIES = 8;

  /** Of so many accounts one waits for no fence of a crashed superpeer. */
  private static final int FAST_IN = 2;

  /** Some turns of a schedule, after an election and what it left behind. */
  private static final Duration SOME_TURNS = Duration.ofSeconds(15);

  private static final Duration A_MOMENT = Duration.ofMillis(250);

  /** Several turns of schedules, and most timers. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** An election, some standstills of the new superpeer, and its clock that may be slow. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  /** Every fence and pause is over several times by then. */
  private static final Duration MERCY = Duration.ofMinutes(3);

  /** Where rates hold everything up, some minutes have less of it. */
  private static final Duration PATIENT_MERCY = Duration.ofMinutes(20);

  /** Where large values are short of room, one after another may wait for it in vain. */
  private static final Duration MERCY_WITH_LUGGAGE = Duration.ofMinutes(10);

  /** Several times as many are more than few bytes hold. */
  private static final int SOME_RECEIPTS = 10;

  /** Of invocations that are readable; more than some seeds have, as well. */
  private static final int MOST_KEPT = 16;

  /** So many fill a memory of few bytes, and go because of that. */
  private static final int MORE_THAN_FITS = 4 * MOST_KEPT;

  /** What four or five of them weigh. */
  private static final int FEW_BYTES = 4_096;

  /** What five or ten large values weigh. */
  private static final int FEW_TEXT_BYTES = 600 * 1_024;

  /** Uploads that nobody goes on with are gone by then. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(75);

  /** Half of what most seeds come to, where there is room. */
  private static final int SCARCE_BYTES = 14 * 1_024;

  /** So many ids come again at most; what they leave behind is in the way of the others. */
  private static final int MOST_AGAIN = 3;

  private static final int AGAIN_WITHIN_MILLIS = 6_000;

  /** Until the first receipts have ended for long. */
  private static final int RETAIN_WITHIN_MILLIS = 40_000;

  /**
   * What a run was worth.
   *
   * @param superpeers that took the cell over
   * @param repliesLost to callers
   * @param repliesDoubled to callers
   * @param restores from a snapshot
   * @param known submissions of an id that was known
   * @param stale transitions that found changed what they had read
   * @param again ids that began once more
   * @param crowdedOut invocations that were readable no more for lack of bytes alone
   * @param runs invocations that others have begun
   * @param turns of schedules
   * @param commands that the invocations took
   * @param cost what they should take, where nothing goes wrong
   * @param heard events that branches have heard
   * @param beside attempts that might run beside the limits
   * @param throttled attempts for which providers had no room
   * @param agreed replicas that found, by a verdict, that they are like most others
   * @param exercised what was put to the test
   * @param moves of branches
   */
  record Report(
      int invocations,
      int starts,
      int superpeers,
      long repliesLost,
      long repliesDoubled,
      int restores,
      int entriesLost,
      int known,
      int stale,
      int again,
      int crowdedOut,
      int runs,
      long turns,
      long commands,
      long cost,
      int heard,
      int beside,
      long throttled,
      int agreed,
      Set<Check> exercised,
      Moves.Tally moves,
      long traceHash) {
    /** Whether the seed had what it takes to prove something. */
    boolean counts() {
      return superpeers > 1 && repliesLost > 0 && repliesDoubled > 0 && restores > 0 && agreed > 0;
    }
  }

  private final Chance chance;
  private final World world;
  private final VirtualTime time = new VirtualTime();
  private final Trace trace = new Trace(time);
  private final Judge judge;
  private final Saboteur saboteur;
  private final SmallMemory memory;
  private final Luggage luggage;
  private final Freight freight;
  private final Faults faults;
  private final Habits habits;
  private final SimBuilds builds;
  private final SimNetwork<String, Letter> toPeers;
  private final SimNetwork<String, Letter> toCallers;
  private final List<SimPeer> peers = new ArrayList<>();
  private final SimLog<byte[]> log;
  private final SimProvider provider;
  private final Departures departures;
  private final Overshoot overshoot;
  private final Ledger ledger;
  private final Moves moves;
  private final SimCallers callers;
  private final RandomGenerator disasters;
  private final List<Account> accounts;
  private final SimLimits limits;
  private final SimControl control;
  private final SimPerson person;
  private final SimTerms terms;
  private final SimRelocations relocations;
  private final SimOutages outages;
  private final Disasters trouble;
  private boolean isHostile;

  SimCell(long seed, World world) {
    this.chance = new Chance(seed);
    this.world = world;
    this.judge = new Judge(world.listensTo());
    this.isHostile = world.isHostile();
    this.builds = new SimBuilds(this, PEERS);
    RandomGenerator swarm = chance.of("swarm");
    this.accounts =
        accounts(swarm, chance.of("fast"), chance.of("width").nextInt(WIDE_IN) == 0 ? WIDTH : 1);
    this.limits = new SimLimits(chance, accounts, isHostile);
    this.control = new SimControl(this, chance, isHostile);
    this.terms = new SimTerms(this, chance, world.mayRefuse());
    this.relocations = new SimRelocations(this, chance, isHostile);
    this.outages = new SimOutages(chance, time, isHostile, world.trouble());
    this.luggage = new Luggage(chance.of("luggage"), isHostile);
    SmallMemory roomy =
        luggage.isThere()
            ? roomyFor(chance.of("texts"), world.mayRefuse())
            : memory(swarm, world.mayRefuse());
    this.memory = withFewRetries(roomy, chance.of("retries"));
    boolean isRoomy = memory.isLarge() && memory.hasRoomForTexts();
    this.person = new SimPerson(this, control, chance, isHostile && isRoomy);
    this.freight = new Freight(judge, memory, luggage);
    this.saboteur = new Saboteur(world.bug(), memory);
    this.faults = new Faults(world.spared());
    this.habits = Habits.of(swarm, faults);
    this.moves = new Moves(judge, world.mostLateMicros());
    this.overshoot = new Overshoot(judge, time, accounts);
    this.ledger = new Ledger(this, accounts, moves);
    this.toPeers = new SimNetwork<>(time, chance.of("requests"));
    this.toCallers = new SimNetwork<>(time, chance.of("replies"));
    this.departures = new Departures(judge);
    this.provider = new SimProvider(this, chance.of("provider"), accounts);
    for (int i = 0; i < PEERS; i++) {
      SimPeer peer = new SimPeer(i, this, chance.of("peer" + i));
      peers.add(peer);
      int number = i;
      toPeers.attach(
          peer.name(),
          (from, letter) -> {
            if (log().isUp(number)) {
              peer.receive(from, letter);
            }
          });
    }
    this.log = new SimLog<>(time, chance.of("log"), peers);
    this.callers = new SimCallers(this, chance.of("callers"));
    toCallers.attach(SimCallers.NAME, callers::receive);
    this.disasters = chance.of("disasters");
    this.trouble = new Disasters(chance, faults, log, peers, toPeers, toCallers);
    if (isHostile) {
      weather(swarm);
    } else {
      provider.beKind();
    }
  }

  private SmallMemory memory(RandomGenerator swarm, boolean mayRefuse) {
    return swarm.nextInt(4) == 0 && mayRefuse
        ? small(4 + swarm.nextInt(8), 1 + swarm.nextInt(3), chance.of("bytes"))
        : new SmallMemory(SmallMemory.LARGE, SmallMemory.LARGE);
  }

  private static SmallMemory withFewRetries(SmallMemory memory, RandomGenerator retries) {
    return retries.nextInt(FEW_RETRIES_IN) == 0
        ? memory.withRetries(1 + retries.nextInt(MOST_RETRIES))
        : memory;
  }

  /** In half of the seeds with large values there is room for a few only. */
  private static SmallMemory roomyFor(RandomGenerator texts, boolean mayRefuse) {
    SmallMemory roomy = new SmallMemory(SmallMemory.LARGE, SmallMemory.LARGE);
    return texts.nextBoolean() || !mayRefuse
        ? roomy
        : roomy.withTexts(FEW_TEXT_BYTES + texts.nextInt(FEW_TEXT_BYTES));
  }

  /** Half of them hold few invocations, half few bytes, about those that there are at once. */
  private static SmallMemory small(int live, int receipts, RandomGenerator bytes) {
    return bytes.nextBoolean()
        ? new SmallMemory(live, receipts)
        : new SmallMemory(
            SmallMemory.LARGE,
            receipts * SOME_RECEIPTS,
            SCARCE_BYTES + bytes.nextInt(SCARCE_BYTES));
  }

  /** Small limits, on a tree: a violation is near at any time. */
  private static List<Account> accounts(RandomGenerator swarm, RandomGenerator fast, int width) {
    Optional<String> root = Optional.of(ScopeLimit.ROOT);
    Optional<String> group = Optional.of("group");
    List<ScopeLimit> prime =
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), width * (1 + swarm.nextInt(4))),
            new ScopeLimit("group", root, width * (1 + swarm.nextInt(3))),
            new ScopeLimit("a", group, width * (1 + swarm.nextInt(2))),
            new ScopeLimit("b", root, width * (1 + swarm.nextInt(2))));
    List<ScopeLimit> cheap =
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), width * (1 + swarm.nextInt(2))));
    return List.of(
        new Account(Script.PRIME, "sim", 1, policy(swarm), new TreeMap<>(), prime, isFast(fast)),
        new Account(Script.CHEAP, "sim", 1, policy(swarm), new TreeMap<>(), cheap, isFast(fast)));
  }

  private static boolean isFast(RandomGenerator fast) {
    return fast.nextInt(FAST_IN) == 0;
  }

  private static Policy policy(RandomGenerator swarm) {
    return POLICIES.get(swarm.nextInt(POLICIES.size()));
  }

  /** Swarm testing: each seed turns some troubles up and some off. */
  private void weather(RandomGenerator swarm) {
    Duration slow = Duration.ofMillis(1 + swarm.nextInt(40));
    int lost = swarm.nextInt(4) * 50;
    int doubled = swarm.nextInt(4) * 50;
    SimNetwork.Weather requests = new SimNetwork.Weather(Duration.ZERO, slow, lost, doubled);
    SimNetwork.Weather replies =
        new SimNetwork.Weather(
            Duration.ZERO, slow, 50 + swarm.nextInt(4) * 50, 50 + swarm.nextInt(4) * 50);
    SimLog.Weather proposals =
        new SimLog.Weather(
            Duration.ofMillis(1 + swarm.nextInt(15)), swarm.nextInt(3) * 30, swarm.nextInt(3) * 30);
    if (faults.strikes(faults.next(), "requests " + requests)) {
      toPeers.weather(requests);
    }
    if (faults.strikes(faults.next(), "replies " + replies)) {
      toCallers.weather(replies);
    }
    if (faults.strikes(faults.next(), "proposals " + proposals)) {
      log.weather(proposals);
    }
  }

  /** Runs the whole story; throws at the first moment at which a promise is broken. */
  Report run() {
    try {
      begin();
      live();
    } catch (SimLog.Reentered e) {
      throw failed(new Judge.Violation(Check.LOG, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      throw failed(e);
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
        ledger.known(),
        ledger.stale(),
        ledger.again(),
        ledger.crowdedOut(),
        ledger.runs(),
        ledger.turns(),
        ledger.commands(),
        ledger.cost(),
        ledger.heard(),
        overshoot.size(),
        ledger.throttled(),
        ledger.agreed(),
        judge.asked(),
        moves.tally(),
        trace.hash());
  }

  private AssertionError failed(RuntimeException cause) {
    return new AssertionError(cause.getMessage() + "\nafter\n" + trace.tail(), cause);
  }

  private void begin() {
    List<Command> first = new ArrayList<>();
    first.add(new Command.Opened(CELL, 1));
    first.add(new Command.Define(COMPOSITION, Payload.NULL));
    accounts.forEach(account -> first.add(new Command.Configure(account)));
    schedule().ifPresent(callers::prepareAfterwards);
    callers.prepare(first);
    RandomGenerator submissions = chance.of("submissions");
    int invocations = 10 + submissions.nextInt(16);
    for (int i = 0; i < invocations; i++) {
      InvocationId id = new InvocationId("i" + i);
      Program program = isHostile ? random(submissions) : Program.randomSteady(submissions);
      time.after(
          Duration.ofMillis(1_500 + submissions.nextInt(world.askMillis())),
          () -> callers.run(id, program));
    }
  }

  private Program random(RandomGenerator submissions) {
    Program program = Program.random(submissions, memory.isLarge());
    return memory.isRoomy() ? program : program.deaf();
  }

  /** Some ids come again and again, in seeds in which their time ends. */
  private void comeAgain() {
    RandomGenerator again = chance.of("again");
    for (int i = world.mayRefuse() ? 1 + again.nextInt(MOST_AGAIN) : 0; i > 0; i--) {
      Life first = Life.first(i);
      Program program = Program.ofCalls(again);
      time.after(
          Duration.ofMillis(again.nextInt(AGAIN_WITHIN_MILLIS)),
          () -> callers.runAgain(first, program, again));
    }
  }

  /** In most seeds whose wall clocks are about right: they must mean nothing where they are not. */
  private Optional<Command> schedule() {
    RandomGenerator swarm = chance.of("schedule");
    if (!world.mayRefuse() || swarm.nextInt(4) == 0) {
      return Optional.empty();
    }
    long micros = 1_500_000 + swarm.nextLong(Turns.MOST_MICROS - 1_500_000);
    RandomGenerator triggers = chance.of("triggers");
    if (triggers.nextInt(3) == 0) {
      Timing on = Script.triggered(1 + triggers.nextInt(2), triggers.nextBoolean());
      callers.trigger(triggers, (int) world.trouble().toMillis());
      return Optional.of(planned(on, swarm));
    }
    Timing timing =
        switch (swarm.nextInt(3)) {
          case 0 -> new Timing.Every(micros);
          case 1 -> new Timing.After(micros);
          default -> new Timing.Cron(String.valueOf(micros / 1_000));
        };
    return Optional.of(planned(timing, swarm));
  }

  private static Command planned(Timing timing, RandomGenerator swarm) {
    Overlap[] overlaps = Overlap.values();
    Overlap overlap = overlaps[swarm.nextInt(overlaps.length)];
    return new Command.Schedule(new Schedule.Plan(COMPOSITION, timing, overlap, 300_000), 0);
  }

  private void live() {
    builds.plan(peers);
    long endNanos = world.trouble().toNanos();
    if (isHostile) {
      trouble.planRestore(time);
      trouble.planCrashes(time, chance.of("crashes"));
      trouble.planDeposals(time, chance.of("deposals"));
    }
    while (time.nowNanos() < endNanos) {
      time.run(Duration.ofMillis(50 + disasters.nextInt(400)));
      if (isHostile) {
        trouble.strike();
      }
    }
    if (isHostile) {
      succeedOnceMore();
    }
    heal();
    control.standStill(callers);
    if (peers.stream().anyMatch(peer -> !peer.scheduler().schedules().isEmpty())) {
      ledger.expectTurn();
      runReleased(SOME_TURNS);
      long patienceNanos = time.nowNanos() + mercy().toNanos();
      while (!ledger.haveTurns() && time.nowNanos() < patienceNanos) {
        runReleased(A_MOMENT);
      }
      ledger.requireTurn();
      callers.halt(COMPOSITION.name());
    }
    long mercyNanos = time.nowNanos() + mercy().toNanos();
    while (!isDone() && time.nowNanos() < mercyNanos) {
      runReleased(A_MOMENT);
    }
    judge.require(Check.LIVENESS, isDone(), this::whatIsLeft);
    if (luggage.isThere()) {
      callers.leaveUnfinished(luggage);
      time.run(FORGOTTEN);
      freight.requireNothingLeft(peers);
    }
  }

  /** Nothing stays held from now on. */
  private void runReleased(Duration duration) {
    long untilNanos = time.nowNanos() + duration.toNanos();
    while (time.nowNanos() < untilNanos) {
      control.release(callers);
      time.run(A_MOMENT);
    }
  }

  private Duration mercy() {
    if (limits.areThere()) {
      return PATIENT_MERCY;
    }
    return luggage.isThere() ? MERCY_WITH_LUGGAGE : MERCY;
  }

  /**
   * The last change of superpeers, which nobody makes good any more: where the cell gets there, at
   * a moment at which something is outstanding that the next one must be told of.
   */
  private void succeedOnceMore() {
    Class<? extends Effect> told = told(chance.of("succession"));
    long untilNanos = time.nowNanos() + PATIENCE.toNanos();
    while (!isToTell(told) && time.nowNanos() < untilNanos) {
      time.run(Duration.ofMillis(10));
    }
    OptionalLong wakeMicros = isToTell(told) ? firstWake() : OptionalLong.empty();
    Before before = new Before(latest().appliedIndex(), ledger.holdsChanged());
    trouble.succeed();
    if (told == Effect.WakeAt.class && wakeMicros.isPresent()) {
      requireWake(wakeMicros.getAsLong(), before);
    }
  }

  /** How things stood before the last succession. */
  private record Before(long index, int holdsChanged) {}

  private OptionalLong firstWake() {
    return log.leader().map(leader -> peers.get(leader).scheduler()).stream()
        .flatMapToLong(SimCell::wakes)
        .min();
  }

  private static LongStream wakes(OwnerScheduler scheduler) {
    return scheduler.resume().stream()
        .filter(Effect.WakeAt.class::isInstance)
        .mapToLong(effect -> ((Effect.WakeAt) effect).cellTimeMicros());
  }

  /** While nobody asks for anything, timers alone have the next superpeer go on (rule 19). */
  private void requireWake(long wakeMicros, Before before) {
    peers.forEach(peer -> toPeers.cut(SimCallers.NAME, peer.name()));
    long restMicros = Math.max(0, wakeMicros - cellTimeMicros());
    long untilNanos = time.nowNanos() + SILENCE.toNanos() + 2_000 * restMicros;
    while (cellTimeMicros() < wakeMicros && time.nowNanos() < untilNanos) {
      time.run(Duration.ofMillis(50));
    }
    judge.require(
        Check.LIVENESS,
        cellTimeMicros() >= wakeMicros || (mayBeGone(before) && !isAnythingDueBy(wakeMicros)),
        () -> "nothing has gone off at " + wakeMicros + ", it is " + cellTimeMicros());
  }

  /**
   * What is held does not open; and while the owner is, what is on its way into the cell may be all
   * that is due, which goes with who leads no more. What that one had put into the log by then is
   * applied still, and may end whatever a timer was set for: seed 434 of {@code
   * wallClocksMeasureNothing}.
   */
  private boolean mayBeGone(Before before) {
    return ledger.hasHeldSince(before.holdsChanged()) || ledger.takenOverAt() > before.index() + 1;
  }

  private boolean isAnythingDueBy(long micros) {
    return wakes(latest()).anyMatch(each -> each <= micros);
  }

  private OwnerScheduler latest() {
    return peers.stream()
        .map(SimPeer::scheduler)
        .max(Comparator.comparingLong(OwnerScheduler::appliedIndex))
        .orElseThrow();
  }

  long cellTimeMicros() {
    return peers.stream().mapToLong(p -> p.scheduler().cellTimeMicros()).max().orElse(0);
  }

  private Class<? extends Effect> told(RandomGenerator succession) {
    Optional<Schedule> schedule = peers.get(0).scheduler().schedules().stream().findFirst();
    if (schedule.isEmpty() || succession.nextInt(3) == 0) {
      return Effect.WakeAt.class;
    }
    return schedule.get().plan().timing() instanceof Timing.On
        ? Effect.Compare.class
        : Effect.Aim.class;
  }

  /** Of a timer everybody is told again when anything happens: there, nothing else is to come. */
  private boolean isToTell(Class<? extends Effect> told) {
    Optional<OwnerScheduler> scheduler = log.leader().map(leader -> peers.get(leader).scheduler());
    List<Effect> effects = scheduler.map(OwnerScheduler::resume).orElse(List.of());
    boolean isAlone =
        effects.stream().allMatch(e -> told.isInstance(e) || e instanceof Effect.Active)
            && scheduler
                .filter(s -> s.image().slots().stream().noneMatch(SimCell::isInFlight))
                .isPresent();
    return effects.stream().anyMatch(told::isInstance) && (told != Effect.WakeAt.class || isAlone);
  }

  private static boolean isInFlight(Slot slot) {
    return slot.fenceMicros() == 0;
  }

  private String whatIsLeft() {
    Image image = peers.get(0).image();
    return "healed, but not all has ended; n0: "
        + image.header()
        + image.calls()
        + image.slots()
        + image.branches()
        + callers.waiting()
        + ledger.unended();
  }

  private boolean isDone() {
    long index = peers.get(0).scheduler().appliedIndex();
    return ledger.haveAllEnded()
        && callers.areServed()
        && relocations.areOver()
        && peers.stream().allMatch(p -> p.scheduler().appliedIndex() == index)
        && peers.stream().allMatch(p -> p.scheduler().activeFormat() == Entry.NEWEST_FORMAT)
        && peers.stream().allMatch(p -> p.scheduler().live() == 0);
  }

  private void heal() {
    isHostile = false;
    provider.beKind();
    toPeers.weather(SimNetwork.Weather.FAIR);
    toCallers.weather(SimNetwork.Weather.FAIR);
    log.weather(SimLog.Weather.FAIR);
    trouble.heal();
  }

  /** The troubles that have come so far. */
  Faults faults() {
    return faults;
  }

  /**
   * The newest format is active: what could not be said of accounts before is said again, and ids
   * may come again.
   */
  void activated() {
    comeAgain();
    accounts.stream().filter(Account::retriesFast).forEach(callers::configure);
    limits.said().forEach(callers::configure);
    retainOften();
    person.begin(callers);
    relocations.begin(callers);
    control.plan(world.trouble().minusNanos(time.nowNanos()), callers);
    terms.plan(world.trouble().minusNanos(time.nowNanos()), callers);
  }

  /** In most seeds somebody wants to read of what has ended, now more of it and now less. */
  private void retainOften() {
    RandomGenerator retention = chance.of("retention");
    // Where large values need room, what is merely readable goes as well.
    for (int i = luggage.isThere() ? 0 : retention.nextInt(4); i > 0; i--) {
      Retention wanted =
          new Retention(
              Duration.ofSeconds(15 + retention.nextInt(45)),
              retention.nextInt(memory.isRoomy() ? MOST_KEPT : MORE_THAN_FITS),
              retention.nextBoolean()
                  ? FEW_BYTES + retention.nextInt(FEW_BYTES)
                  : Retention.DEFAULT_SIZE_BYTES);
      time.after(
          Duration.ofMillis(retention.nextInt(RETAIN_WITHIN_MILLIS)), () -> callers.retain(wanted));
    }
  }

  // What peers and callers need of each other.

  Set<NodeId> members() {
    Set<NodeId> members = new LinkedHashSet<>();
    for (int i = 0; i < PEERS; i++) {
      members.add(new NodeId("n" + i));
    }
    return members;
  }

  Chance chance() {
    return chance;
  }

  VirtualTime time() {
    return time;
  }

  Trace trace() {
    return trace;
  }

  Judge judge() {
    return judge;
  }

  Saboteur saboteur() {
    return saboteur;
  }

  SimBuilds builds() {
    return builds;
  }

  /** What one of the peers knows. */
  OwnerScheduler replica() {
    return peers.get(0).scheduler();
  }

  List<SimPeer> peers() {
    return peers;
  }

  Luggage luggage() {
    return luggage;
  }

  Freight freight() {
    return freight;
  }

  SmallMemory memory() {
    return memory;
  }

  Habits habits() {
    return habits;
  }

  Ledger ledger() {
    return ledger;
  }

  Departures departures() {
    return departures;
  }

  SimTerms terms() {
    return terms;
  }

  SimLimits limits() {
    return limits;
  }

  SimPerson person() {
    return person;
  }

  SimOutages outages() {
    return outages;
  }

  Overshoot overshoot() {
    return overshoot;
  }

  SimProvider provider() {
    return provider;
  }

  SimLog<byte[]> log() {
    return log;
  }

  boolean isHostile() {
    return isHostile;
  }

  /** A peer will hand an entry over to the log, long after it was packed. */
  void handsOverLate(int peer, long halfwayNanos) {
    trouble.leadInARowMeanwhile(time, peer, halfwayNanos);
  }

  /** By how much the wall clock of a peer is wrong, beside what all are. */
  long wallErrorMillis(int peer) {
    return world.wallErrorMillis() * (peer - 1);
  }

  /** The callers' wall clock, which is right. */
  long nowMillis() {
    return time.nowNanos() / 1_000_000;
  }

  /** Until when a caller may ask again, where wall clocks are to matter. */
  long retryUntilMillis(int windowMillis) {
    return world.wallErrorMillis() == 0 ? nowMillis() + windowMillis : Letter.Run.NO_END;
  }

  /** A caller asks whom it believes to lead, or anybody; who reads believes too many. */
  void ask(Letter letter) {
    int guess = disasters.nextInt(PEERS);
    boolean isKnowing = !(letter instanceof Letter.Read) && disasters.nextBoolean();
    int peer = isKnowing ? log.leader().orElse(guess) : guess;
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

  /** A peer writes to another, past the log. */
  void tell(SimPeer from, String to, Letter letter) {
    toPeers.send(from.name(), to, letter);
  }
}
