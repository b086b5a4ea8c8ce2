package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.DispatchOrder;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Slot;
import io.corale.scheduler.SmallMemory;
import io.corale.scheduler.Transition;
import io.corale.scheduler.simulated.Lives.Life;
import io.corale.sim.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What all replicas together have said, and whether it can be true. */
final class Ledger {
  /** Comparing whole states is dear; a difference does not go away, so some indexes suffice. */
  private static final int COMPARE_EVERY = 4;

  /** An invocation: its id, and where in the log it was accepted; 0 where the cell began it. */
  private record Begun(InvocationId id, long index) {}

  private record Ended(long index, Ending ending) {}

  private final Judge judge;
  private final VirtualTime time;
  private final List<Account> accounts;
  private final Pace pace;
  private final Moves moves;
  private final Runs runs;
  private final Turns turns;
  private final Eavesdropper eavesdropper;
  private final Tails tails;
  private final SimLimits limits;
  private final Quotas quotas;
  private final Keeper keeper;
  private final Sentry sentry;
  private final Registrar registrar;
  private final Doorman doorman;
  private final Fuses fuses;
  private final Persistence persistence;
  private final Remembered remembered;
  private final Reasons reasons;
  private final Overshoot overshoot;
  private final Lives lives;
  private final Freight freight;
  private final Map<Life, Program> programs = new LinkedHashMap<>();
  private final Set<Life> acknowledged = new LinkedHashSet<>();
  private final Set<InvocationId> cancelled = new LinkedHashSet<>();
  private final Set<Life> givenUp = new LinkedHashSet<>();
  private final Map<Begun, Ended> endings = new LinkedHashMap<>();
  private final Set<Life> ended = new LinkedHashSet<>();
  private final Map<Long, Image> images = new LinkedHashMap<>();
  private final Set<Executor> superpeers = new LinkedHashSet<>();
  private Optional<Executor> executor = Optional.empty();
  private long takenOverAt;
  private long checkedIndex;
  private long commands;
  private int known;
  private int stale;
  private int agreed;

  Ledger(SimCell cell, List<Account> accounts, Moves moves) {
    SmallMemory memory = cell.memory();
    this.freight = cell.freight();
    this.overshoot = cell.overshoot();
    this.judge = cell.judge();
    this.time = cell.time();
    this.limits = cell.limits();
    this.quotas = new Quotas(judge, limits, accounts);
    this.keeper = new Keeper(judge);
    this.sentry = new Sentry(judge);
    this.registrar = new Registrar(judge);
    this.doorman = new Doorman(judge);
    this.fuses = new Fuses(judge);
    this.persistence = new Persistence(judge, memory.retries());
    this.accounts = accounts;
    this.pace = new Pace(judge);
    this.moves = moves;
    this.runs = new Runs(judge);
    this.turns = new Turns(judge);
    this.eavesdropper = new Eavesdropper(judge);
    this.tails = new Tails(judge, limits, accounts);
    this.lives = new Lives(judge, memory, freight);
    this.remembered = new Remembered(judge, memory);
    this.reasons = new Reasons(cell, accounts);
  }

  void asked(Life life, Program program) {
    programs.put(life, program);
  }

  void askedToCancel(InvocationId id) {
    cancelled.add(id);
  }

  /** Its caller has no more time to ask; it may run or not. */
  void givenUp(Life life) {
    givenUp.add(life);
  }

  /** A peer has promised a caller that this invocation is recorded. */
  void acknowledged(Life life) {
    acknowledged.add(life);
  }

  void packed(Entry entry) {
    pace.packed(entry, time.nowNanos());
    tails.packed(entry);
  }

  /** What superpeers have started and not seen. */
  Tails tails() {
    return tails;
  }

  boolean haveAllEnded() {
    return unended().isEmpty() && ended.containsAll(acknowledged);
  }

  /** What was asked for, not given up, and has not ended. */
  List<Life> unended() {
    return programs.keySet().stream()
        .filter(life -> !isAnswered(life) && !givenUp.contains(life))
        .toList();
  }

  private boolean isAnswered(Life life) {
    return acknowledged.contains(life) && ended.contains(life);
  }

  /** How many events branches have heard. */
  int heard() {
    return eavesdropper.heard();
  }

  /** A replica was judged. */
  void judged(Judgement judgement) {
    agreed += judgement == Judgement.AGREES ? 1 : 0;
  }

  /** How often a replica was found to be like most others. */
  int agreed() {
    return agreed;
  }

  /** How often a provider had no room, once that shut scopes. */
  long throttled() {
    return quotas.throttled();
  }

  /** How many superpeers took the cell over. */
  int superpeers() {
    return superpeers.size();
  }

  int endings() {
    return endings.size();
  }

  /** Commands that invocations cost, without what the cell needs for itself. */
  long commands() {
    return commands;
  }

  /** What they should cost. */
  long cost() {
    return programs.entrySet().stream()
        .filter(program -> lives.isAccepted(program.getKey().id()))
        .mapToLong(program -> program.getValue().cost())
        .sum();
  }

  /** How many invocations of history went because there was no room for their bytes alone. */
  int crowdedOut() {
    return remembered.crowdedOut();
  }

  /** How often an id began that had been another's. */
  int again() {
    return lives.again();
  }

  /** Invocations that others have begun. */
  int runs() {
    return runs.begun();
  }

  /** How often schedules had their turn. */
  long turns() {
    return turns.count();
  }

  /** All troubles are over: from now on, schedules go their way. */
  void expectTurn() {
    turns.expect();
  }

  /** They go their way by now. */
  boolean haveTurns() {
    return turns.goesOn();
  }

  /** They have gone their way since. */
  void requireTurn() {
    turns.requireNext();
  }

  /** Submissions of an id that was known. */
  int known() {
    return known;
  }

  /** Transitions that found changed what they had read. */
  int stale() {
    return stale;
  }

  /** An entry was applied on some replica; this is its state then. */
  void applied(long term, long index, Entry entry, Applied applied, OwnerScheduler scheduler) {
    runs.heard(applied);
    if (index > checkedIndex) {
      lives.heard(index, entry, applied);
    }
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Answer answer) {
        requireOneEnding(answer.invocation(), new Ended(index, answer.ending()));
      }
    }
    if (index > checkedIndex) {
      checkedIndex = index;
      check(term, index, entry, applied, scheduler);
    }
    if (index % COMPARE_EVERY == 0) {
      requireSameState(index, scheduler.image());
    }
  }

  private void check(
      long term, long index, Entry entry, Applied applied, OwnerScheduler scheduler) {
    pace.applied(term, entry, applied.cellTimeMicros());
    freight.applied(entry, applied, scheduler, time.nowNanos());
    if (judge.listensTo(Check.INVARIANTS)) {
      List<String> broken = scheduler.invariants();
      judge.require(Check.INVARIANTS, broken.isEmpty(), () -> "at " + index + ": " + broken);
    }
    Optional<Executor> last = executor;
    for (int i = 0; i < entry.commands().size(); i++) {
      check(term, index, entry.commands().get(i), applied.results().get(i));
    }
    judge.require(
        Check.EXECUTOR,
        scheduler.executor().equals(executor),
        () -> scheduler.executor() + " executes at " + index + ", " + executor + " took over");
    boolean starts = applied.effects().stream().anyMatch(Effect.Start.class::isInstance);
    boolean settles = entry.commands().stream().anyMatch(Command.Settle.class::isInstance);
    Image image = scheduler.image();
    requireDecision(index, entry, applied);
    last.filter(l -> !executor.equals(Optional.of(l))).ifPresent(l -> tails.takenOver(l, image));
    moves.applied(entry, applied, image);
    overshoot.applied(entry, image);
    quotas.applied(entry, applied, image);
    keeper.applied(entry, applied, image);
    sentry.applied(index, entry, applied, image);
    registrar.applied(entry, applied, image);
    doorman.applied(entry, applied, image);
    fuses.applied(entry, applied, image);
    persistence.applied(entry, applied, image);
    runs.applied(entry, image);
    turns.applied(entry, applied, image);
    eavesdropper.applied(entry, applied, image);
    lives.applied(entry, applied, image);
    remembered.applied(entry, applied, image);
    if (starts || settles) {
      requireExecutor(term, index, image);
      requireOrder(applied, image, executor.filter(e -> e.term() == term).isPresent());
      reasons.applied(index, image, scheduler);
      for (int i = 0; i < entry.commands().size(); i++) {
        if (!(applied.results().get(i) instanceof Result.Absent)) {
          requireOutcome(entry.commands().get(i), image);
        }
      }
    }
  }

  private void check(long term, long index, Command command, Result result) {
    boolean isOfMoves = command instanceof Command.Relocation;
    stale += result instanceof Result.Stale && !isOfMoves ? 1 : 0;
    if (command instanceof Command.TakeOver takeOver && takeOver.executor().term() == term) {
      executor = Optional.of(takeOver.executor());
      takenOverAt = index;
      superpeers.add(takeOver.executor());
    } else if (command instanceof Command.Submit) {
      known += result instanceof Result.Known ? 1 : 0;
    }
    boolean isWork =
        result instanceof Result.Accepted
            || command instanceof Command.Settle
            || command instanceof Command.Advance;
    commands += isWork ? 1 : 0;
  }

  /** Rule 9: what an entry starts is its executor's, and the entry is of that executor's term. */
  private void requireExecutor(long term, long index, Image image) {
    for (Slot slot : image.slots()) {
      if (slot.startedIndex() == index) {
        boolean isRight =
            executor.equals(Optional.of(slot.executor())) && slot.executor().term() == term;
        judge.require(
            Check.EXECUTOR,
            isRight,
            () -> slot.attempt() + " was given to " + slot.executor() + " in term " + term);
      }
    }
  }

  /**
   * Rules 16 and 38: in the account's order, and none that could start was left.
   *
   * @param dispatches whether this is an entry that may start anything (rule 9)
   */
  private void requireOrder(Applied applied, Image image, boolean dispatches) {
    if (!judge.listensTo(Check.ORDER)) {
      return;
    }
    for (Account account : accounts) {
      List<AttemptId> started = new ArrayList<>();
      for (Effect effect : applied.effects()) {
        if (effect instanceof Effect.Start start && start.call().account().equals(account.id())) {
          started.add(start.attempt());
        }
      }
      if (dispatches || !started.isEmpty()) {
        Account its = limits.configured(account, image);
        List<AttemptId> expected = DispatchOrder.of(its, image, started, keeper::known);
        judge.require(
            Check.ORDER,
            started.equals(expected),
            () -> account.id() + " started " + started + ", the model " + expected);
      }
    }
  }

  /** Rule 18: the slot of an attempt whose outcome was applied is in flight no more. */
  private void requireOutcome(Command command, Image image) {
    if (command instanceof Command.Settle settle) {
      boolean isOver =
          image.slots().stream()
              .noneMatch(s -> s.attempt().equals(settle.attempt()) && s.fenceMicros() == 0);
      judge.require(
          Check.OUTCOMES, isOver, () -> settle.attempt() + " is in flight after its outcome");
    }
  }

  /** At one index, in one way, on every replica; and with the output that its program has. */
  private void requireOneEnding(InvocationId id, Ended end) {
    Ended before = endings.putIfAbsent(new Begun(id, lives.begunAt(id, end.index())), end);
    judge.require(
        Check.ENDINGS,
        before == null || before.equals(end),
        () -> id + " ended twice: " + before + ", " + end);
    Life life = lives.at(id, end.index()).orElse(new Life(id, Life.ONLY));
    ended.add(life);
    Program program =
        runs.program(id).orElseGet(() -> programs.getOrDefault(life, new Program("")));
    Ending how = end.ending();
    if (how instanceof Ending.Completed completed) {
      freight.arrived(completed.output(), "the end of " + id);
    }
    boolean isRight =
        how instanceof Ending.Completed completed
            ? !program.faults() && program.mayEndWith(completed.output())
            : how instanceof Ending.Faulted faulted
                ? program.faults()
                    || Freight.isShort(faulted.problem())
                    || sentry.hasGivenUpIn(id, lives.begunAt(id, end.index()), end.index())
                : cancelled.contains(id) || id.isDerived();
    judge.require(Check.ENDINGS, isRight, () -> id + " = " + program + " ended as " + how);
  }

  /** What ends an invocation stands in the entry in which it ends; a cancel ends what lives. */
  private void requireDecision(long index, Entry entry, Applied applied) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Answer answer) {
        judge.require(
            Check.ENDINGS, isDecided(answer, entry), () -> answer + " is not what its entry says");
      }
    }
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Cancel cancel
          && applied.results().get(i) instanceof Result.Done) {
        boolean isFollowed = isAccepted(cancel.invocation(), entry, applied, i + 1);
        long begunAt = lives.begunAt(cancel.invocation(), isFollowed ? index - 1 : index);
        judge.require(
            Check.ENDINGS,
            endings.containsKey(new Begun(cancel.invocation(), begunAt)),
            () -> cancel + " has not ended what began at " + begunAt);
      }
    }
  }

  /** Faults come of what is applied, and what is run by others is cancelled with them. */
  private static boolean isDecided(Effect.Answer answer, Entry entry) {
    InvocationId id = answer.invocation();
    if (answer.ending() instanceof Ending.Completed completed) {
      return Moves.transitions(entry).getOrDefault(id, List.of()).stream()
          .flatMap(t -> t.steps().stream())
          .anyMatch(
              step ->
                  step.equals(new Transition.Step.End(0, completed.output()))
                      || step.equals(new Transition.Step.Complete(completed.output())));
    }
    return !(answer.ending() instanceof Ending.Cancelled)
        || id.isDerived()
        || entry.commands().stream()
            .anyMatch(c -> c instanceof Command.Cancel cancel && cancel.invocation().equals(id));
  }

  /** Whether what stands in the entry from there on has begun an invocation of this id. */
  private static boolean isAccepted(InvocationId id, Entry entry, Applied applied, int from) {
    for (int i = from; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Submit submit
          && submit.invocation().equals(id)
          && applied.results().get(i) instanceof Result.Accepted) {
        return true;
      }
    }
    return false;
  }

  /** A replica takes a snapshot of this, or has come back from one: every replica was like this. */
  void kept(Image image) {
    requireSameState(image.header().appliedIndex(), image);
  }

  private void requireSameState(long index, Image image) {
    if (judge.listensTo(Check.REPLICAS)) {
      Image before = images.putIfAbsent(index, image);
      judge.require(
          Check.REPLICAS,
          before == null || before.equals(image),
          () -> "states differ at index " + index);
    }
  }

  /** A read after an acknowledgement was answered (rule 26). */
  void found(InvocationId id, boolean isKnown) {
    judge.require(
        Check.READS,
        isKnown || acknowledged.stream().noneMatch(life -> life.id().equals(id)),
        () -> id + " is acknowledged and not found");
  }

  /** Where the last executor took over. */
  long takenOverAt() {
    return takenOverAt;
  }

  /** How often something was held, or let go on. */
  int holdsChanged() {
    return keeper.changes();
  }

  /** Whether something was held at any time since so many changes. */
  boolean hasHeldSince(int changes) {
    return keeper.changes() > changes || keeper.holdsAnything();
  }
}
