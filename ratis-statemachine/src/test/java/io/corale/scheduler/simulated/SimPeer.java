package io.corale.scheduler.simulated;

import com.google.protobuf.ByteString;
import io.corale.model.AttemptId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.scheduler.Action;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.SmallMemory;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.ratis.SelfCheck;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.sim.SimLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One node of a simulated cell: a real scheduler that applies the log, a real superpeer, and the
 * driver between them and the world, which is slow at times, stands still for long at others with
 * whatever it has in hand, and sees everything late.
 */
final class SimPeer implements SimLog.Replica<byte[]> {
  /** Often enough for every seed to see several. */
  private static final int CHECK_EVERY = 10;

  private final int number;
  private final SimCell cell;
  private final RandomGenerator chance;
  private final RandomGenerator calendar;
  private final RandomGenerator measuring;
  private final SimClock clock;
  private final SimProcess process;
  private final Saboteur saboteur;
  private final Corruption corruption;

  /** The newest format that each peer is known to read. */
  private Map<Integer, Integer> known = new LinkedHashMap<>();

  private Incarnation self = new Incarnation(new NodeId("n"), 1);
  private long boot;
  private OwnerScheduler scheduler;
  private Superpeer superpeer;

  /**
   * The format that was active in the last entry that the superpeer was told of. What is large is
   * made for it only where it takes that: seed 1634.
   */
  private int toldFormat;

  private SimDesk desk;
  private SimInventories inventories;
  private SelfCheck selfCheck;
  private long ledTerm;
  private Deque<Runnable> events = new ArrayDeque<>();
  private boolean isScheduled;
  private boolean isApplying;
  private long wakes;

  /** True time at which the last entry that was handed to the log gets there. */
  private long appendedNanos;

  private long lastPackedNanos;

  /** When this process packed what it proposed, on its own clock; kept for a saboteur only. */
  private final Map<Entry, Long> packed = new LinkedHashMap<>();

  SimPeer(int number, SimCell cell, RandomGenerator chance) {
    this.number = number;
    this.cell = cell;
    this.chance = chance;
    this.calendar = cell.chance().of("calendar" + number);
    this.measuring = cell.chance().of("measuring" + number);
    this.saboteur = cell.saboteur();
    this.corruption = cell.saboteur().corruption();
    this.clock =
        new SimClock(cell.time(), cell.chance().of("clock" + number), cell.wallErrorMillis(number));
    this.process = new SimProcess(number, cell, chance);
    this.scheduler = cell.memory().begin();
    begin();
  }

  private void begin() {
    boot++;
    toldFormat = Entry.BASE_FORMAT;
    self = new Incarnation(new NodeId("n" + number), boot);
    superpeer =
        new Superpeer(self, cell.chance().of("jitter" + self), EntryCodec::sizeBytes, CHECK_EVERY);
    superpeer.configured(cell.members());
    known = cell.builds().knownAtFirst(number, boot == 1);
    superpeer.heard(cell.builds().readers(number, known));
    desk = new SimDesk(this, cell, superpeer);
    inventories = new SimInventories(this, cell, superpeer);
    selfCheck = new SelfCheck(self.node(), this::measureSoon, new Witnessed());
  }

  /** Another peer has said which format it reads. */
  void hears(int peer, int newest) {
    if (!Integer.valueOf(newest).equals(known.put(peer, newest))) {
      post(() -> superpeer.heard(cell.builds().readers(number, known)));
    }
  }

  /** The worker that measures, among what else it has to do. */
  private void measureSoon(Runnable work) {
    long life = boot;
    cell.time()
        .after(
            Duration.ofMillis(measuring.nextInt(200)),
            () -> {
              if (life == boot) {
                work.run();
              }
            });
  }

  private final class Witnessed implements SelfCheck.Ear {
    @Override
    public void measured(Measured what) {
      post(
          () -> {
            if (believesToLead()) {
              superpeer.measured(self.node(), what);
            } else {
              cell.handOver(SimPeer.this, new Letter.Witness(self.node(), what));
            }
          });
    }

    @Override
    public void judged(Command.Verdict verdict, Measured own, Judgement judgement) {
      cell.ledger().judged(judgement);
      cell.judge()
          .require(
              Check.AGREEMENT,
              judgement != Judgement.DIFFERS && judgement != Judgement.SPLIT,
              () -> name() + " measured " + own + ", the others " + verdict);
    }
  }

  String name() {
    return "n" + number;
  }

  /** This life of it. */
  Incarnation self() {
    return self;
  }

  Image image() {
    return scheduler.image();
  }

  OwnerScheduler scheduler() {
    return scheduler;
  }

  SimProcess process() {
    return process;
  }

  SimClock clock() {
    return clock;
  }

  /** Monotonic, as this process reads it. */
  long nowNanos() {
    if (saboteur.plants(Planted.WALL_CLOCK_MEASURES)) {
      return clock.wallMillis() * 1_000_000;
    }
    return saboteur.plants(Planted.CLOCK_SLEEPS)
        ? clock.nowNanos() - process.sleptNanos()
        : clock.nowNanos();
  }

  boolean believesToLead() {
    return ledTerm > 0;
  }

  // What the log says.

  @Override
  public void lead(long term) {
    cell.trace().note(name() + " leads " + term);
    post(
        () -> {
          if (!superpeer.isFenced(term)) {
            ledTerm = term;
            superpeer.lead(term, nowNanos());
          }
        });
  }

  @Override
  public void unlead() {
    post(
        () -> {
          ledTerm = 0;
          superpeer.unlead(nowNanos());
        });
  }

  /** Whatever its log still says: it was asked by who leads this one. */
  void leadsNoTermBefore(long term) {
    if (ledTerm < term) {
      ledTerm = 0;
    }
  }

  @Override
  public void apply(long term, long index, byte[] bytes) {
    cell.judge().watches(Check.LOG);
    Entry entry = EntryCodec.decode(ByteString.copyFrom(bytes));
    long last = scheduler.appliedIndex();
    cell.judge()
        .require(Check.HISTORY, index > last, () -> "entry " + index + " comes after " + last);
    Optional<Image> before =
        corruption.corrupts() ? Optional.of(scheduler.image()) : Optional.empty();
    cell.builds().applies(number, entry, scheduler);
    boolean isItsOwn = entry.proposer().node().node().value().equals(name());
    Applied applied =
        scheduler.apply(
            saboteur.term(term, entry, scheduler),
            index,
            saboteur.applied(term, entry, number, isItsOwn, scheduler));
    before
        .flatMap(b -> corruption.corrupted(b, scheduler.image(), cell.memory().receipts()))
        .ifPresent(image -> scheduler = cell.memory().restore(image));
    if (saboteur.plants(Planted.TEXT_MISCOUNTED)) {
      entry.commands().stream()
          .filter(command -> command instanceof Command.Settle)
          .flatMap(command -> command.texts().stream())
          .forEach(text -> SmallMemory.holdForEver(scheduler, text));
    }
    cell.trace().note(name() + " applied " + index + " at " + applied.cellTimeMicros());
    if (cell.builds().hasActivated(index, scheduler)) {
      cell.activated();
    }
    cell.departures().applied(entry);
    compare(index, entry);
    cell.ledger().applied(term, index, entry, applied, scheduler);
    Applied told = saboteur.told(applied, scheduler);
    if (isItsOwn && applied.effects().stream().anyMatch(Effect.Start.class::isInstance)) {
      process.holds(SimProcess.Doze.BEFORE_APPLIED);
    }
    int format = scheduler.activeFormat();
    post(
        () -> {
          superpeer.applied(term, index, entry, told, appliedNanos(entry));
          toldFormat = format;
          if (ledTerm == term) {
            cell.ledger().tails().saw(executor(), index, entry);
          }
        });
    if (saboteur.plants(Planted.APPLY_PROPOSES)) {
      isApplying = true;
      work();
      isApplying = false;
    }
  }

  private void compare(long index, Entry entry) {
    boolean isLate = saboteur.plants(Planted.MEASURED_LATE);
    for (Command command : entry.commands()) {
      if (command instanceof Command.Check && isLate) {
        measureSoon(() -> selfCheck.check(index, scheduler::image));
      } else if (command instanceof Command.Check) {
        selfCheck.check(index, scheduler::image);
      } else if (command instanceof Command.Verdict verdict) {
        selfCheck.judge(verdict);
      }
    }
  }

  private Executor executor() {
    return new Executor(self, ledTerm);
  }

  private long appliedNanos(Entry entry) {
    return saboteur.plants(Planted.GRACE_FROM_APPLY)
        ? packed.getOrDefault(entry, nowNanos())
        : nowNanos();
  }

  @Override
  public void restore(Optional<byte[]> snapshot) {
    Optional<Image> image = snapshot.map(Snapshots::decode);
    image.ifPresent(i -> cell.builds().restores(number, i.header().format()));
    cell.trace().note(name() + " restores " + image.map(i -> i.header().appliedIndex()));
    scheduler = image.map(cell.memory()::restore).orElseGet(cell.memory()::begin);
    selfCheck.forget(0);
    cell.ledger().kept(scheduler.image());
  }

  @Override
  public void crash() {
    cell.trace().note(name() + " crashes");
    events = new ArrayDeque<>();
    ledTerm = 0;
    appendedNanos = 0;
    process.end();
    packed.clear();
    clock.boot();
    begin();
  }

  /** Takes an image now; a worker makes it durable while the scheduler goes on (rule 35). */
  void snapshot() {
    Image taken = scheduler.image();
    cell.ledger().kept(taken);
    long life = boot;
    cell.time()
        .after(
            Duration.ofMillis(chance.nextInt(400)),
            () -> {
              boolean isPurgedEarly = saboteur.plants(Planted.PURGED_BEFORE_DURABLE);
              if (life == boot && scheduler.appliedIndex() >= taken.header().appliedIndex()) {
                Image held = saboteur.snapshot(taken, scheduler.image());
                long upTo =
                    isPurgedEarly ? scheduler.appliedIndex() : taken.header().appliedIndex();
                cell.log().snapshot(number, upTo, Snapshots.encode(held));
              }
            });
  }

  // The driver: one thread, often late.

  void post(Runnable event) {
    events.add(event);
    if (!isScheduled) {
      isScheduled = true;
      if (cell.isHostile() && happens(cell.habits().standsStillIn())) {
        process.standStill(chance.nextBoolean());
      }
      process.after(chance.nextLong(800), this::work);
    }
  }

  private boolean happens(int once) {
    return chance.nextInt(once) == 0;
  }

  private void work() {
    isScheduled = isApplying && isScheduled;
    while (!events.isEmpty()) {
      events.remove().run();
      if (chance.nextBoolean()) {
        act();
      }
    }
    act();
    if (believesToLead() && events.isEmpty()) {
      cell.ledger().tails().rests(executor(), scheduler);
    }
  }

  private void act() {
    List<Action> actions = superpeer.drain(nowNanos());
    while (!actions.isEmpty()) {
      actions.forEach(this::perform);
      actions = superpeer.drain(nowNanos());
    }
  }

  private void perform(Action action) {
    if (action instanceof Action.Propose propose) {
      propose(propose.entry());
    } else if (action instanceof Action.Resume) {
      List<Effect> resumed = saboteur.resumed(scheduler.resume(), scheduler);
      Sentry.requireStandstill(cell.judge(), resumed, scheduler.image());
      superpeer.resumed(resumed, nowNanos());
    } else if (action instanceof Action.Send send) {
      send(send);
    } else if (action instanceof Action.Evaluate evaluate) {
      evaluate(evaluate);
    } else if (action instanceof Action.Forward forward) {
      cell.handOver(this, new Letter.Handover(name(), forward.settle()));
    } else if (action instanceof Action.Inquire inquire) {
      inventories.ask(inquire.inquiry());
    } else if (action instanceof Action.Aim aim) {
      lookUp(aim.schedule());
    } else if (action instanceof Action.Compare compare) {
      compare(compare.schedule());
    } else if (action instanceof Action.WakeAfter wake) {
      wake(wake.nanos());
    } else {
      desk.answer(action);
    }
  }

  /** The proposer's own thread: in order, and late at times, into whichever term leads by then. */
  private void propose(Entry packedEntry) {
    long sinceNanos = nowNanos() - lastPackedNanos;
    Entry entry = saboteur.proposed(packedEntry, sinceNanos, cell.builds().newest(number));
    lastPackedNanos = nowNanos();
    if (saboteur.plants(Planted.GRACE_FROM_APPLY)) {
      packed.put(entry, nowNanos());
    }
    cell.ledger().packed(entry);
    cell.freight().packed(entry, cell.time().nowNanos());
    desk.proposed(entry);
    byte[] bytes = EntryCodec.encode(entry).toByteArray();
    Runnable refused =
        inThisLife(
            () -> {
              superpeer.proposalRefused(packedEntry, nowNanos());
              cell.ledger().tails().failed(packedEntry);
            });
    Runnable failed = saboteur.plants(Planted.FAILED_IS_REFUSED) ? refused : failed(packedEntry);
    if (isApplying) {
      cell.log().propose(number, bytes, refused, failed);
      return;
    }
    boolean isLate = cell.isHostile() && happens(cell.habits().proposesLateIn());
    long delayNanos = chance.nextLong(isLate ? 3_000_000_000L : 300_000L);
    appendedNanos = Math.max(appendedNanos, cell.time().nowNanos()) + delayNanos;
    if (isLate) {
      cell.handsOverLate(number, delayNanos / 2);
    }
    long life = boot;
    cell.time()
        .at(
            appendedNanos,
            () -> {
              if (life == boot) {
                cell.log().propose(number, bytes, refused, failed);
              }
            });
  }

  private Runnable failed(Entry entry) {
    return inThisLife(
        () -> {
          superpeer.proposalFailed(entry, nowNanos());
          cell.ledger().tails().failed(entry);
        });
  }

  /** The invoker: its last check before the bytes leave is the guard of rule 10. */
  private void send(Action.Send send) {
    long life = boot;
    boolean isSlow = cell.isHostile() && happens(cell.habits().sendsLateIn());
    long delayMicros = chance.nextLong(isSlow ? SimProcess.LONG_STANDSTILL_MICROS : 500);
    process.holds(SimProcess.Doze.BEFORE_SEND);
    AttemptId attempt = send.start().attempt();
    long graceFromNow = nowNanos() + 1_000_000_000L;
    Runnable leave =
        () -> {
          if (life != boot) {
            return;
          }
          long beforeNanos =
              saboteur.plants(Planted.GRACE_FROM_APPLY) ? graceFromNow : send.sendBeforeNanos();
          boolean mayLeave = ledTerm == send.term() && beforeNanos - nowNanos() >= 0;
          if (mayLeave || saboteur.plants(Planted.SENDS_UNGUARDED)) {
            cell.departures().left(attempt);
            cell.provider().send(attempt, send.start().call(), o -> outcome(life, attempt, o));
          } else {
            outcome(life, attempt, new Outcome.NotSent("too late"));
          }
        };
    if (happens(3)) {
      process.onceAwake(leave);
    } else {
      process.after(delayMicros, leave);
    }
  }

  private void outcome(long life, AttemptId attempt, Outcome outcome) {
    boolean isRefused = saboteur.plants(Planted.REFUSES_RESULTS) && scheduler.queuedCalls() > 0;
    if (life == boot && !isRefused) {
      post(() -> superpeer.outcome(attempt, outcome, 1_000, nowNanos()));
    }
  }

  /** The interpreter's thread: what it reads may have changed when it is done. */
  private void evaluate(Action.Evaluate evaluate) {
    BranchView branch = evaluate.branch();
    List<Branch> all =
        Script.readsAll(branch)
            ? scheduler.image().branches().stream()
                .filter(b -> b.key().invocation().equals(branch.invocation()))
                .toList()
            : List.of();
    boolean isSlow = cell.isHostile() && chance.nextInt(3) == 0;
    process.after(
        chance.nextLong(isSlow ? 200_000 : 2_000),
        inThisLife(
            () ->
                superpeer.evaluated(
                    evaluate.number(), advance(branch, evaluate.signal(), all), nowNanos())));
  }

  private Transition advance(BranchView branch, Signal signal, List<Branch> all) {
    String at = branch.invocation() + "/" + branch.branch() + "." + branch.step();
    cell.freight().arrived(branch.state(), at);
    Luggage.broughtBy(signal).forEach(payload -> cell.freight().arrived(payload, at));
    Transition ranked = Learned.ranks(Script.advance(branch, signal, all), branch, scheduler);
    Transition next =
        scheduler.wantsIncidents(branch.invocation()) ? cell.person().hurried(ranked) : ranked;
    return toldFormat >= Entry.TEXTS_FORMAT ? cell.luggage().of(next, at) : next;
  }

  /** The interpreter's thread, as well. */
  private void compare(Schedule schedule) {
    Mail mail = schedule.compares().orElseThrow();
    Command.Compared compared =
        new Command.Compared(
            schedule.plan().composition(), mail.sequence(), Script.compared(schedule));
    boolean isSlow = cell.isHostile() && chance.nextInt(3) == 0;
    process.after(
        chance.nextLong(isSlow ? 200_000 : 2_000), inThisLife(() -> superpeer.compared(compared)));
  }

  /** Long enough for another superpeer to be elected meanwhile, who must look it up as well. */
  private void lookUp(Schedule schedule) {
    if (cell.isHostile() && calendar.nextInt(3) == 0) {
      process.after(calendar.nextLong(2_000_000), inThisLife(() -> aim(schedule)));
    } else {
      aim(schedule);
    }
  }

  /** Looks up a calendar by the clock on the wall, as the real one does. */
  private void aim(Schedule schedule) {
    long now = clock.wallMillis();
    if (schedule.plan().timing() instanceof Timing.On) {
      superpeer.aimed(new Command.Aim(schedule.name(), schedule.turn(), 0, now));
      return;
    }
    long due = schedule.due().map(each -> each.at().wallMillis()).orElse(now);
    if (schedule.plan().timing() instanceof Timing.Cron cron) {
      long period = Long.parseLong(cron.expression());
      due = (schedule.last().wallMillis() / period + 1) * period;
    }
    long micros = Math.min(Turns.MOST_MICROS, Math.max(0, due - now) * 1_000);
    superpeer.aimed(
        new Command.Aim(schedule.name(), schedule.turn(), micros, now + micros / 1_000));
  }

  private void wake(long nanos) {
    long wake = ++wakes;
    long micros = Math.min(clock.microsFor(nanos), Duration.ofDays(1).toNanos() / 1_000);
    process.after(
        micros,
        inThisLife(
            () -> {
              if (wake == wakes) {
                superpeer.tick(nowNanos());
              }
            }));
  }

  void receive(String from, Letter letter) {
    if (letter instanceof Letter.Inquire asked) {
      // By then, what the process has decided to send may be on its way, on another thread.
      process.after(chance.nextLong(2_000), () -> post(() -> inventories.answer(from, asked)));
    } else if (letter instanceof Letter.Taken taken) {
      post(() -> superpeer.forwarded(taken.attempt()));
    } else if (letter instanceof Letter.Inventoried said) {
      post(() -> inventories.hear(said));
    } else {
      post(() -> desk.open(letter));
    }
  }

  /** What comes back to a process that is gone finds nobody. */
  private Runnable inThisLife(Runnable event) {
    long life = boot;
    return () -> {
      if (life == boot) {
        post(event);
      }
    };
  }
}
