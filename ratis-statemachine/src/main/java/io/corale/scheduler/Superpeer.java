package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.scheduler.Inventory.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * What one node does for one cell beyond applying its log: as its superpeer it proposes, sends and
 * answers; at all times it keeps the outcomes of what it sent until the log has them.
 *
 * <p>Events are method calls, each with the node's monotonic clock; after one or several, the
 * driver performs what {@link #drain} gives, in order. Confined to one thread, and never called
 * from within an apply (rule 23).
 *
 * <pre>
 * FOLLOWING ──lead──▶ TAKING_OVER ──own TakeOver applied──▶ RESUMING ──resumed──▶ LEADING
 *     ▲─────────────────unlead, or an entry of a later term is applied───────────────┘
 * </pre>
 */
public final class Superpeer {
  /** Longer than a hiccup of the log, shorter than an election. */
  static final long RETRY_PAUSE_NANOS = 50_000_000L;

  /** Outcomes carry a jitter in [0, 1024) (see {@link Command.Settle}). */
  private static final int JITTERS = 1_024;

  private enum Stage {
    FOLLOWING,
    TAKING_OVER,
    RESUMING,
    LEADING
  }

  private final RandomGenerator chance;
  private final ToIntFunction<Command> sizeBytes;
  private final Gate gate = new Gate();
  private final Proposals proposals;
  private final Shipments shipments;
  private final Evaluations evaluations;
  private final Outbox outbox = new Outbox();
  private final Tenures tenures = new Tenures(outbox);
  private final Inquiries inquiries = new Inquiries();
  private final CellAlarm alarm = new CellAlarm();
  private final Checks checks;
  private final List<Action> actions = new ArrayList<>();

  private Stage stage = Stage.FOLLOWING;
  private Executor me;
  private long appliedIndex;
  private OptionalLong pausedUntilNanos = OptionalLong.empty();
  private OptionalLong wakeAtNanos = OptionalLong.empty();

  /**
   * @param self this life of this node
   * @param sizeBytes no less than what a command takes in an entry
   * @param checkEvery after so many entries it has the replicas compared
   */
  public Superpeer(
      Incarnation self, RandomGenerator chance, ToIntFunction<Command> sizeBytes, int checkEvery) {
    this.me = new Executor(self, 0);
    this.chance = chance;
    this.sizeBytes = sizeBytes;
    this.proposals = new Proposals(self, gate, Window.STANDARD);
    this.shipments = new Shipments(sizeBytes);
    this.evaluations = new Evaluations(sizeBytes);
    this.checks = new Checks(checkEvery);
  }

  /** This node was elected. */
  public void lead(long term, long nowNanos) {
    if (isFenced(term)) {
      return;
    }
    if (stage != Stage.FOLLOWING) {
      if (term <= me.term()) {
        return;
      }
      unlead(nowNanos);
    }
    me = new Executor(me.node(), term);
    stage = Stage.TAKING_OVER;
    tenures.begin(term);
    proposals.begin(me);
    checks.begin();
    gate.begin();
    pausedUntilNanos = OptionalLong.empty();
    outbox.forwardNothing();
    outbox.at(OutboxAttempt.Stage.READY).forEach(attempt -> propose(attempt, nowNanos));
  }

  /** This node leads no more, or may lead no more. */
  public void unlead(long nowNanos) {
    if (stage == Stage.FOLLOWING) {
      return;
    }
    stage = Stage.FOLLOWING;
    proposals.end().forEach(this::abandon);
    shipments.end().forEach(this::abandon);
    evaluations.giveUp().forEach(attempt -> attempt.stage(OutboxAttempt.Stage.READY));
    inquiries.end();
    alarm.clear();
    outbox.at(OutboxAttempt.Stage.QUEUED).forEach(a -> a.stage(OutboxAttempt.Stage.READY));
    outbox.forwardFrom(nowNanos);
    forward(nowNanos);
  }

  private void abandon(QueuedCommand command) {
    if (command.asker() instanceof QueuedCommand.Asker.Door door) {
      actions.add(
          command.mayBeInLog()
              ? new Action.Unknown(door.ticket())
              : new Action.NotLeader(door.ticket()));
    }
    command.done();
  }

  /** Somebody at the door wants this proposed; {@code ticket} names them in the answer. */
  public void enqueue(long ticket, Command command, Urgency urgency, long nowNanos) {
    if (command instanceof Command.TakeOver
        || command instanceof Command.Barrier
        || command instanceof Command.ActivateVersion) {
      throw new IllegalArgumentException("only the superpeer itself proposes " + command);
    }
    ask(ticket, command, urgency, nowNanos);
  }

  /**
   * Somebody wants to know that all that was acknowledged before is applied here, and that this
   * node still leads, before they read (rule 26).
   */
  public void barrier(long ticket, long nowNanos) {
    ask(ticket, new Command.Barrier(), Urgency.RESULT, nowNanos);
  }

  private void ask(long ticket, Command command, Urgency urgency, long nowNanos) {
    if (stage == Stage.FOLLOWING) {
      actions.add(new Action.NotLeader(ticket));
      return;
    }
    Optional<Command> fitting = gate.fitting(command);
    if (fitting.isEmpty()) {
      refuse(ticket, gate.refusal(command));
      return;
    }
    QueuedCommand.Asker door = new QueuedCommand.Asker.Door(ticket, nowNanos);
    QueuedCommand asked = queued(door, fitting.get(), urgency);
    proposals
        .refusal(asked)
        .or(() -> shipments.refusal(asked))
        .ifPresentOrElse(refusal -> refuse(ticket, refusal), () -> add(asked, nowNanos));
  }

  /**
   * Why {@link #enqueue} would refuse new work now, whatever it is; empty where it may come. For
   * those who can be told so before they have done anything for it (P12).
   */
  public Optional<Refusal> shortage() {
    return stage == Stage.FOLLOWING ? Optional.empty() : proposals.shortage();
  }

  /** Lets a command wait to be proposed, for its texts first if it has some (rule 33). */
  private void add(QueuedCommand command, long nowNanos) {
    if (command.command().texts().isEmpty()) {
      proposals.add(command);
    } else {
      shipments.add(command, nowNanos);
    }
  }

  private void refuse(long ticket, Refusal refusal) {
    actions.add(new Action.Resolve(ticket, new Result.Refused(refusal), appliedIndex));
  }

  private QueuedCommand queued(QueuedCommand.Asker asker, Command command, Urgency urgency) {
    return new QueuedCommand(asker, command, sizeBytes.applyAsInt(command), urgency);
  }

  /** What came of an attempt that this node was to send; its first outcome counts. */
  public void outcome(AttemptId id, Outcome outcome, long durationMicros, long nowNanos) {
    OutboxAttempt attempt = outbox.get(id);
    if (attempt.settle().isPresent()) {
      return;
    }
    Outcome kept = fitting(outcome);
    attempt.ended(kept, Math.max(0, durationMicros), chance.nextInt(JITTERS), nowNanos);
    Optional<BranchView> branch = attempt.branch();
    if (stage != Stage.FOLLOWING && branch.isPresent() && kept instanceof Outcome.Success success) {
      attempt.stage(OutboxAttempt.Stage.EVALUATING);
      Signal signal = new Signal.Returned(success.result());
      BranchView then = branch.get().later(Math.max(0, durationMicros));
      evaluations.follow(attempt, then, signal).ifPresent(actions::add);
    } else {
      ready(attempt, nowNanos);
    }
  }

  /** An outcome that a log entry can hold (rule 33). */
  private Outcome fitting(Outcome outcome) {
    if (outcome instanceof Outcome.Success success
        && success.result().sizeBytes() > mostPayloadBytes()) {
      String detail = "the result has " + success.result().sizeBytes() + " bytes";
      return new Outcome.FunctionError(detail + ", more than a call may return", false);
    }
    return outcome;
  }

  private Transition fitting(BranchView branch, Transition transition) {
    return evaluations.fitting(
        branch, gate.fitting(transition), gate.admitsTexts() ? Transition.MAX_TEXT_BYTES : 0);
  }

  private int mostPayloadBytes() {
    return gate.admitsTexts() ? Payload.MAX_BYTES : Payload.MAX_INLINE_BYTES;
  }

  /** What a branch does next, as the driver was asked to find out. */
  public void evaluated(long number, Transition transition, long nowNanos) {
    evaluations.end(number).ifPresent(e -> follow(e, fitting(e.branch(), transition), nowNanos));
  }

  /** What a branch does next could not be found out: its invocation faults with this problem. */
  public void evaluationFailed(long number, Problem problem, long nowNanos) {
    evaluations
        .end(number)
        .ifPresent(e -> follow(e, Evaluations.fault(e.branch(), problem), nowNanos));
  }

  private void follow(Evaluations.Evaluation ended, Transition transition, long nowNanos) {
    if (ended.attempt().isEmpty()) {
      Command advance = new Command.Advance(ended.branch().invocation(), transition);
      BranchKey key = BranchKey.of(ended.branch());
      add(queued(new QueuedCommand.Asker.Branch(key), advance, Urgency.RESULT), nowNanos);
    } else if (outbox.holds(ended.attempt().get())) {
      ended.attempt().get().follows(transition);
      ready(ended.attempt().get(), nowNanos);
    }
  }

  private void ready(OutboxAttempt attempt, long nowNanos) {
    attempt.stage(OutboxAttempt.Stage.READY);
    if (stage == Stage.FOLLOWING) {
      outbox.forward(attempt, nowNanos).ifPresent(s -> actions.add(new Action.Forward(s)));
    } else {
      propose(attempt, nowNanos);
    }
  }

  private void propose(OutboxAttempt attempt, long nowNanos) {
    attempt.stage(OutboxAttempt.Stage.QUEUED);
    Command settle = attempt.settle().orElseThrow();
    add(queued(new QueuedCommand.Asker.Nobody(), settle, Urgency.RESULT), nowNanos);
  }

  /** Whoever an outcome was forwarded to has answered, or will not; large ones go one by one. */
  public void forwarded(AttemptId attempt) {
    outbox.answered(attempt);
  }

  /**
   * An entry was applied on this node, in the order of the log; to be told of every one, whoever
   * leads.
   */
  public void applied(long term, long index, Entry entry, Applied applied, long nowNanos) {
    if (stage != Stage.FOLLOWING && term > me.term()) {
      unlead(nowNanos);
    }
    appliedIndex = index;
    boolean leadsEntry = stage != Stage.FOLLOWING && term == me.term();
    OptionalLong stamp = proposals.stampOf(term, entry);
    List<QueuedCommand> held = proposals.applied(term, entry);
    proposals.measure(held, nowNanos);
    resolve(held, applied.results(), nowNanos);
    forgetSettled(entry, applied.results());
    if (leadsEntry && stamp.isPresent()) {
      alarm.stands(applied.cellTimeMicros(), stamp.getAsLong());
      inquiries.stands(applied.cellTimeMicros());
    }
    if (leadsEntry && checks.applied(index, entry, nowNanos)) {
      check(nowNanos);
    }
    if (leadsEntry
        && stage == Stage.TAKING_OVER
        && entry.commands().contains(new Command.TakeOver(me))) {
      stage = Stage.RESUMING;
      actions.add(new Action.Resume());
    }
    if (leadsEntry && stage != Stage.TAKING_OVER) {
      tenures.performed(term, index);
      perform(applied.effects(), stamp, nowNanos);
    } else {
      witness(applied.effects(), stamp, nowNanos);
    }
  }

  private void check(long nowNanos) {
    Command check = new Command.Check();
    if (gate.admits(check)) {
      proposeUnasked(check, nowNanos);
    } else {
      checks.postponed();
    }
  }

  private void resolve(List<QueuedCommand> held, List<Result> results, long nowNanos) {
    int last = results.size() - 1;
    for (int i = 0; i < held.size(); i++) {
      QueuedCommand command = held.get(i);
      if (command.isDone()) {
        continue;
      }
      command.done();
      Result result = results.get(Math.min(i, last));
      if (result instanceof Result.Absent) {
        shipments.add(command.undone(), nowNanos);
      } else if (command.asker() instanceof QueuedCommand.Asker.Door door) {
        actions.add(new Action.Resolve(door.ticket(), result, appliedIndex));
      } else if (command.command() instanceof Command.Part) {
        shipments.answered(command, result, nowNanos);
      } else if (command.asker() instanceof QueuedCommand.Asker.Branch branch) {
        evaluations.applied(branch.key());
      }
    }
  }

  private void forgetSettled(Entry entry, List<Result> results) {
    if (outbox.size() == 0 && inquiries.isEmpty()) {
      return;
    }
    for (int i = 0; i < entry.commands().size(); i++) {
      boolean counts = !(results.get(i) instanceof Result.Absent);
      if (counts && entry.commands().get(i) instanceof Command.Settle settle) {
        outbox.settled(settle.attempt());
        inquiries.settled(settle.attempt());
        shipments.settled(settle.attempt());
      }
    }
  }

  /** What the scheduler said when asked to resume after this node's own {@code TakeOver}. */
  public void resumed(List<Effect> effects, long nowNanos) {
    if (stage == Stage.RESUMING) {
      stage = Stage.LEADING;
      perform(effects, OptionalLong.empty(), nowNanos);
    }
  }

  private void perform(List<Effect> effects, OptionalLong stamp, long nowNanos) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Start start) {
        start(start, stamp, nowNanos);
      } else if (effect instanceof Effect.Stop stop) {
        outbox.find(stop.attempt()).ifPresent(OutboxAttempt::unwanted);
        actions.add(new Action.StopAttempt(stop.attempt()));
      } else if (effect instanceof Effect.Continue next) {
        evaluations.carryOn(next.branch(), next.signal()).ifPresent(actions::add);
      } else if (effect instanceof Effect.Aim aim) {
        actions.add(new Action.Aim(aim.schedule()));
      } else if (effect instanceof Effect.Compare compare) {
        actions.add(new Action.Compare(compare.schedule(), compare.wallMillis()));
      } else if (effect instanceof Effect.WakeAt wake) {
        alarm.set(wake.cellTimeMicros());
      } else if (effect instanceof Effect.Acknowledge) {
        alarm.ask();
      } else if (effect instanceof Effect.Active active) {
        gate.activated(active.format());
      } else if (effect instanceof Effect.Inquire inquire) {
        inquire(inquire, nowNanos);
      } else if (effect instanceof Effect.Answer answer) {
        announce(answer);
      }
    }
  }

  /** What an earlier life of this node has sent, it cannot say; of its earlier terms it can. */
  private void inquire(Effect.Inquire inquire, long nowNanos) {
    Executor earlier = inquire.earlier();
    if (earlier.term() >= me.term()) {
      return; // Read from a state that has come further than this superpeer, which is over.
    }
    if (!earlier.node().node().equals(me.node().node())) {
      inquiries.begin(earlier, inquire.orphans(), nowNanos);
    } else if (!earlier.node().equals(me.node())) {
      inquiries.isGone(earlier, inquire.orphans());
    } else {
      tenures.fence(me.term());
      inquire.orphans().stream()
          .filter(orphan -> tenures.find(earlier.term(), orphan) instanceof Finding.Unsent)
          .forEach(orphan -> proposeUnasked(Inquiries.unsent(earlier, orphan), nowNanos));
    }
  }

  /** What an earlier executor has answered, at its own time, or twice. */
  public void inquiryAnswered(long number, Inventory inventory, long nowNanos) {
    inquiries.answered(number, inventory, nowNanos);
  }

  /** An earlier executor has certainly not been asked, or has not answered in time. */
  public void inquiryFailed(long number, long nowNanos) {
    inquiries.failed(number, nowNanos);
  }

  /**
   * What this node has of the attempts that it was to send in an earlier term. From now on it leads
   * no term before the asker's, whatever its log still tells it; that comes before the look, or
   * what was found unsent could leave after it (rule 11).
   */
  public Inventory inventory(Inquiry inquiry, long nowNanos) {
    if (!inquiry.earlier().node().equals(me.node())) {
      return new Inventory.AnotherLife();
    }
    if (!inquiry.binds(me.node())) {
      return Inventory.Taken.ofNothing(inquiry);
    }
    tenures.fence(inquiry.successor().term());
    if (isFenced(me.term())) {
      unlead(nowNanos);
    }
    return new Inventory.Taken(
        inquiry.orphans().stream()
            .map(orphan -> tenures.find(inquiry.earlier().term(), orphan))
            .toList());
  }

  /** Whether this node has said that it sends nothing any more in this term. */
  public boolean isFenced(long term) {
    return tenures.isFenced(term);
  }

  /** These are the members of the cell's group from now on. */
  public void configured(Set<NodeId> members) {
    checks.members(members);
  }

  /** This is what is known by now of what the members can read. */
  public void heard(Readers readers) {
    gate.heard(readers.common());
  }

  /** What a member's replica has measured at a check, this node's own as well. */
  public void measured(NodeId member, Measured what) {
    checks.measured(member, what);
  }

  /** When a schedule is due, as the driver was asked to look up. */
  public void aimed(Command.Aim aim) {
    proposeSmall(aim);
  }

  /** Whether an event is for a schedule, as the driver was asked to find out. */
  public void compared(Command.Compared compared) {
    proposeSmall(compared);
  }

  private void proposeSmall(Command command) {
    if (command.texts().isEmpty()) {
      proposeUnasked(command, 0);
    }
  }

  /** What takes a newer format than is active is not said: for this cell it is not there yet. */
  private void proposeUnasked(Command command, long nowNanos) {
    if (stage != Stage.FOLLOWING && gate.admits(command)) {
      add(queued(new QueuedCommand.Asker.Nobody(), command, Urgency.RESULT), nowNanos);
    }
  }

  /** Sends, if the entry is known to have been proposed within the grace (rule 10). */
  private void start(Effect.Start start, OptionalLong stamp, long nowNanos) {
    Optional<OutboxAttempt> fresh = outbox.begin(start.attempt(), start.branch());
    if (fresh.isEmpty()) {
      return;
    }
    long graceNanos = Fences.SEND_GRACE_MICROS * 1_000;
    if (stamp.isPresent() && nowNanos - stamp.getAsLong() <= graceNanos) {
      actions.add(new Action.Send(start, me.term(), stamp.getAsLong() + graceNanos));
    } else {
      outcome(start.attempt(), new Outcome.NotSent("applied after the send grace"), 0, nowNanos);
    }
  }

  /**
   * Effects that are not this node's to perform. It still tells its own waiters of an ending, and
   * testifies to what only it could have sent, but never will: the calls of an entry that it
   * proposed in a term that it no longer leads.
   */
  private void witness(List<Effect> effects, OptionalLong stamp, long nowNanos) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Answer answer) {
        announce(answer);
      } else if (effect instanceof Effect.Active active) {
        gate.activated(active.format()); // What its calls may return, it still has to judge.
      } else if (effect instanceof Effect.Start start
          && stamp.isPresent()
          && outbox.begin(start.attempt(), start.branch()).isPresent()) {
        outcome(start.attempt(), new Outcome.NotSent("the node led no more"), 0, nowNanos);
      }
    }
  }

  private void announce(Effect.Answer answer) {
    actions.add(new Action.Announce(answer.invocation(), answer.ending(), appliedIndex));
  }

  /** This entry may not be in the log; nothing is said of what it held (rule 22). */
  public void proposalFailed(Entry entry, long nowNanos) {
    if (isOfThisTerm(entry) && proposals.failed(entry)) {
      pausedUntilNanos = OptionalLong.of(nowNanos + RETRY_PAUSE_NANOS);
    }
  }

  /** This entry is not in the log and never will be; so not even its time is lost (rule 7). */
  public void proposalRefused(Entry entry, long nowNanos) {
    if (isOfThisTerm(entry) && proposals.refused(entry)) {
      pausedUntilNanos = OptionalLong.of(nowNanos + RETRY_PAUSE_NANOS);
    }
  }

  private boolean isOfThisTerm(Entry entry) {
    return stage != Stage.FOLLOWING && entry.proposer().equals(me);
  }

  /** Time has passed. */
  public void tick(long nowNanos) {
    wakeAtNanos = OptionalLong.empty();
  }

  /** What the driver is to do now. */
  public List<Action> drain(long nowNanos) {
    if (stage == Stage.FOLLOWING) {
      forward(nowNanos);
    } else if (!isPaused(nowNanos)) {
      proposeWhatWaits(nowNanos);
    }
    wakeLater(nowNanos);
    List<Action> drained = List.copyOf(actions);
    actions.clear();
    return drained;
  }

  private void forward(long nowNanos) {
    outbox.forwards(nowNanos).forEach(settle -> actions.add(new Action.Forward(settle)));
  }

  private boolean isPaused(long nowNanos) {
    return pausedUntilNanos.isPresent() && pausedUntilNanos.getAsLong() - nowNanos > 0;
  }

  private void proposeWhatWaits(long nowNanos) {
    if (stage == Stage.TAKING_OVER && !proposals.awaitsEntry()) {
      actions.add(new Action.Propose(proposals.takeOver(appliedIndex, nowNanos)));
    }
    if (stage != Stage.LEADING) {
      return;
    }
    gate.activation().ifPresent(command -> proposeUnasked(command, nowNanos));
    if (proposals.isIdle() && alarm.isDue(nowNanos)) {
      proposals.add(queued(new QueuedCommand.Asker.Nobody(), new Command.Tick(), Urgency.RESULT));
    }
    inquiries.due(me, nowNanos).forEach(i -> actions.add(new Action.Inquire(i)));
    inquiries.follows(gate::admits).forEach(command -> proposeUnasked(command, nowNanos));
    checks.verdict(nowNanos).ifPresent(command -> proposeUnasked(command, nowNanos));
    ship(nowNanos);
    actions.addAll(evaluations.due(shipments.runningBytes()));
    proposals.outdated(nowNanos).forEach(t -> actions.add(new Action.Unknown(t)));
    Optional<Entry> next = proposals.next(appliedIndex, nowNanos);
    while (next.isPresent()) {
      actions.add(new Action.Propose(next.get()));
      next = proposals.next(appliedIndex, nowNanos);
    }
  }

  /** Brings texts into the log, and then the commands that wait for them (rule 33). */
  private void ship(long nowNanos) {
    if (!gate.admitsTexts()) {
      return;
    }
    shipments.givenBack(nowNanos).forEach(this::shorten);
    shipments.arrived(nowNanos).forEach(proposals::add);
    shipments.parts(nowNanos).forEach(proposals::add);
  }

  /** What runs goes on without the texts that found no room; all else is refused. */
  private void shorten(Shipments.GivenBack back) {
    QueuedCommand command = back.command();
    Optional<Command> shortened =
        back.isReplaced()
            ? Optional.empty()
            : Shortened.of(command.command(), back.missing(), back.why());
    if (shortened.isPresent()) {
      proposals.add(queued(command.asker(), shortened.get(), command.urgency()));
    } else if (command.asker() instanceof QueuedCommand.Asker.Door door) {
      if (command.mayBeInLog()) {
        actions.add(new Action.Unknown(door.ticket()));
      } else {
        refuse(door.ticket(), back.why());
      }
    }
  }

  private void wakeLater(long nowNanos) {
    OptionalLong next = nextNanos(nowNanos);
    if (next.isPresent() && !next.equals(wakeAtNanos)) {
      wakeAtNanos = next;
      actions.add(new Action.WakeAfter(Math.max(0, next.getAsLong() - nowNanos)));
    }
  }

  /** When something is to be done though nothing happens. */
  private OptionalLong nextNanos(long nowNanos) {
    if (stage == Stage.FOLLOWING) {
      return outbox.forwardAtNanos();
    }
    if (isPaused(nowNanos)) {
      return pausedUntilNanos;
    }
    if (stage != Stage.LEADING) {
      return OptionalLong.empty();
    }
    OptionalLong rings =
        proposals.isIdle() ? earlier(alarm.atNanos(), checks.atNanos()) : OptionalLong.empty();
    OptionalLong ships = gate.admitsTexts() ? shipments.atNanos(nowNanos) : OptionalLong.empty();
    return earlier(earlier(inquiries.atNanos(), rings), earlier(ships, proposals.opensAtNanos()));
  }

  private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() ? other : one;
    }
    return one.getAsLong() - other.getAsLong() <= 0 ? one : other;
  }
}
