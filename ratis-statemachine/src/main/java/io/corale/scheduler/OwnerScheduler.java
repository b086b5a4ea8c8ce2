package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.model.Retention;
import io.corale.model.SealedSecret;
import io.corale.model.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The replicated scheduler of one cell: applies the entries of its log and says what they ask of
 * the world.
 *
 * <p>The same entries give the same results and effects on every replica. Confined to one thread at
 * a time. Total: no command makes it throw.
 *
 * <p>An entry is applied in this order: its time passes (rule 7), what is due fires, its commands
 * are carried out, and what is ready and not held (ADR 32) starts, if the entry is of the
 * executor's own term (rule 9), as long as not too much was started that the executor has not seen
 * (rule 12).
 */
public final class OwnerScheduler {
  /** A page that a person can scroll and a response frame can hold. */
  public static final int MAX_PAGE = 1_000;

  private final CellClock clock;
  private final Chain chain;
  private final Records records;
  private final Definitions definitions = new Definitions();
  private final Safe safe = new Safe();
  private final Queues queues;
  private final Tail tail;
  private final Alarms alarms = new Alarms();
  private final Listeners listeners = new Listeners();
  private final Branches branches;
  private final Flows flows;
  private final Agreement agreement;
  private final Estimates estimates;
  private final Receipts receipts;
  private final Uploads uploads;
  private final Calls calls;
  private final Orphans orphans;
  private final Slots slots;
  private final Timetable timetable;
  private final Schedules schedules;
  private final Endings endings;
  private final Throttles throttles;
  private final Outages outages;
  private final Settlements settlements;
  private final Announcements announcements;
  private final Submissions submissions;
  private final Holds holds;
  private final Controls controls;
  private final Relocations relocations = new Relocations();
  private final Reads reads;
  private final Explanations explanations;

  private int format;
  private int activeFormat;
  private Optional<CellId> cell;
  private long epoch;
  private Optional<Executor> executor;
  private long appliedTerm;
  private long appliedIndex;

  /** The scheduler of a log without entries. */
  public OwnerScheduler() {
    this(Receipts.Capacity.STANDARD);
  }

  OwnerScheduler(Receipts.Capacity capacity) {
    this(capacity, Rules.STANDARD);
  }

  OwnerScheduler(Receipts.Capacity capacity, Rules rules) {
    this(
        new Image.Header(
            Entry.FIRST_FORMAT,
            Entry.BASE_FORMAT,
            Optional.empty(),
            0,
            0,
            0,
            0,
            Optional.empty(),
            0,
            0,
            0,
            Retention.NONE,
            Controlled.NONE,
            Image.Admission.NONE,
            Membership.NONE),
        new Estimates(),
        capacity,
        rules);
  }

  private OwnerScheduler(
      Image.Header header, Estimates estimates, Receipts.Capacity capacity, Rules rules) {
    this.queues = new Queues(rules.orders(), capacity.retries());
    this.tail = new Tail(queues);
    this.flows = new Flows(rules);
    this.clock = new CellClock(header.cellTimeMicros());
    this.chain = new Chain(header.chain());
    this.records = new Records(header.lastSequence(), new Backlog(flows));
    this.holds = new Holds(records);
    this.agreement = new Agreement(records, queues, flows, holds);
    this.branches = new Branches(records, alarms, listeners);
    this.estimates = estimates;
    this.receipts = new Receipts(records, capacity, header.retention());
    this.uploads = new Uploads(records, capacity.textBytes());
    this.slots = new Slots(records, queues, alarms, tail);
    this.calls = new Calls(records, queues, alarms, slots, holds);
    this.orphans = new Orphans(records, queues, slots, calls);
    Lifecycle lifecycle = new Lifecycle(records, definitions);
    Runs runs = new Runs(records, branches, definitions, queues, flows, receipts, lifecycle);
    this.timetable = new Timetable(records, alarms);
    Occurrences occurrences = new Occurrences(timetable, receipts, runs);
    Triggers triggers = new Triggers(timetable, occurrences, receipts);
    this.schedules = new Schedules(definitions, timetable, occurrences, triggers);
    this.endings = new Endings(records, branches, calls, receipts, schedules, lifecycle);
    this.announcements = new Announcements(records, branches, listeners, receipts, triggers);
    Incidents incidents = new Incidents(records, branches, receipts, uploads);
    Transitions transitions =
        new Transitions(
            records,
            branches,
            queues,
            new Transitions.Followers(calls, runs, announcements),
            endings,
            incidents);
    this.controls =
        new Controls(
            new Holding(records, holds, queues, calls),
            new Priorities(records, holds, queues, flows, rules),
            new Resolutions(records, branches, queues, calls, transitions, receipts, incidents),
            header.controlled());
    this.throttles = new Throttles(queues);
    this.outages = new Outages(records, queues);
    this.settlements =
        new Settlements(
            records,
            slots,
            calls,
            transitions,
            estimates,
            schedules,
            new Settlements.Lessons(throttles, outages));
    this.submissions =
        new Submissions(
            records,
            definitions,
            queues,
            flows,
            agreement,
            receipts,
            uploads,
            transitions,
            lifecycle,
            rules);
    this.reads = new Reads(records, queues, holds);
    this.explanations = new Explanations(records, queues, estimates, holds);
    this.format = header.format();
    this.activeFormat = header.activeFormat();
    obeyActive();
    this.cell = header.cell();
    this.epoch = header.epoch();
    this.executor = header.executor();
    this.appliedTerm = header.appliedTerm();
    this.appliedIndex = header.appliedIndex();
  }

  /** The scheduler that {@link #image} was taken of. */
  public static OwnerScheduler restore(Image image) {
    return restore(image, Receipts.Capacity.STANDARD);
  }

  static OwnerScheduler restore(Image image, Receipts.Capacity capacity) {
    OwnerScheduler scheduler =
        new OwnerScheduler(
            image.header(), Estimates.restore(image.estimates()), capacity, Rules.STANDARD);
    scheduler.fill(image);
    return scheduler;
  }

  private void fill(Image image) {
    image.definitions().forEach(definitions::restore);
    image.accounts().forEach(queues::restore);
    image.secrets().forEach(safe::restore);
    image.holds().forEach(holds::restore);
    agreement.restore(image.header().admission());
    relocations.restore(image.header().membership());
    image.breakers().forEach(queues.breakers()::restore);
    for (Invocation invocation : image.invocations()) {
      records.put(invocation);
      if (!invocation.isLive()) {
        receipts.restore(invocation, image.header().cellTimeMicros());
      }
    }
    image.branches().forEach(branches::put);
    image.calls().forEach(calls::restore);
    image.incidents().forEach(records::put);
    image.slots().forEach(slot -> slots.restore(slot, image.header().tailFrom()));
    image.schedules().forEach(timetable::restore);
    image.announced().forEach(announcements::restore);
    image.uploads().forEach(uploads::restore);
  }

  /**
   * An immutable copy of all state: of references only, so that it takes a moment (rule 35). It
   * notes which pages were taken, and so is confined to one thread at a time like {@link #apply}.
   */
  public Image image() {
    return new Image(
        new Image.Header(
            format,
            activeFormat,
            cell,
            epoch,
            appliedTerm,
            appliedIndex,
            clock.nowMicros(),
            executor,
            records.lastSequence(),
            tail.from(),
            chain.link(),
            receipts.retention(),
            controls.latest(),
            agreement.image(),
            relocations.membership()),
        definitions.image(),
        queues.image(),
        safe.image(),
        estimates.image(),
        records.invocationsNow(),
        records.branchesNow(),
        records.callsNow(),
        records.slotsNow(),
        timetable.image(),
        records.announcedNow(),
        uploads.image(),
        holds.image(),
        queues.breakers().image(),
        records.incidentsNow());
  }

  /**
   * Applies one entry of the log.
   *
   * @param term the Raft term in which the entry was appended
   * @param index its index, above all indexes applied before
   */
  public Applied apply(long term, long index, Entry entry) {
    if (index <= appliedIndex) {
      throw new IllegalArgumentException(
          "entry " + index + " comes after entry " + appliedIndex + " was applied");
    }
    appliedTerm = term;
    appliedIndex = index;
    int entryFormat = entry.format();
    clock.advance(term, entry);
    OptionalLong dueBefore = nextAlarm();
    Pass pass = new Pass(index, clock, seenIndex(index, entry), entry.keepsWaits());
    tail.seen(pass.seenIndex());
    fireDue(pass);
    List<Result> results = new ArrayList<>(entry.commands().size());
    for (Command command : entry.commands()) {
      boolean refers = entryFormat >= Entry.TEXTS_FORMAT && CommandTexts.areReferredToIn(command);
      results.add(refers ? applyWithTexts(pass, term, command) : apply(pass, term, command));
      announcements.tellNews(pass);
      pass.emitContinues(records);
    }
    uploads.forgetUsed();
    format = Math.max(format, entryFormat);
    receipts.trim(pass.nowMicros());
    if (executor.isPresent() && executor.get().term() == term && !holds.isOwnerHeld()) {
      agreement.started(pass.nowMicros(), calls.dispatch(pass, executor.get()));
      if (queues.isHeldByTail()) {
        pass.emit(new Effect.Acknowledge());
      }
    }
    emitWakeAt(pass, dueBefore);
    Applied applied = new Applied(clock.nowMicros(), results, pass.effects());
    chain.applied(index, applied);
    return applied;
  }

  /**
   * Up to which entry the executor has seen what it started (rule 12): what it had applied when it
   * packed this one. Where somebody else packed it, that says nothing of the executor. Entries of
   * older builds bound nothing, as when they were applied first.
   */
  private long seenIndex(long index, Entry entry) {
    if (!entry.boundsTail()) {
      return index;
    }
    return executor.equals(Optional.of(entry.proposer())) ? entry.proposerApplied() : 0;
  }

  /**
   * Says when the first timer is due, where that is news; also where one is due already, as it was
   * set by this very entry: the one that was announced for this time has fired. Where the last one
   * was called off, nobody need wake up for it.
   */
  private void emitWakeAt(Pass pass, OptionalLong dueBefore) {
    OptionalLong dueNow = nextAlarm();
    if (dueNow.isPresent()
        && (!dueNow.equals(dueBefore) || dueNow.getAsLong() <= pass.nowMicros())) {
      pass.emit(new Effect.WakeAt(dueNow.getAsLong()));
    } else if (dueNow.isEmpty() && dueBefore.orElse(0) > pass.nowMicros()) {
      pass.emit(new Effect.WakeAt(Effect.WakeAt.NEVER));
    }
  }

  /**
   * When somebody must wake up: for an alarm, what nobody goes on with, or what opens or is to be
   * tried. While the owner is held nothing starts for that.
   */
  private OptionalLong nextAlarm() {
    OptionalLong first = earlier(alarms.next(), uploads.next());
    return holds.isOwnerHeld() ? first : earlier(first, queues.opensAt());
  }

  private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
    return other.isPresent() && other.getAsLong() < one.orElse(Long.MAX_VALUE) ? other : one;
  }

  private void fireDue(Pass pass) {
    uploads.sweep(pass.nowMicros());
    receipts.expire(pass.nowMicros());
    announcements.expire(pass.nowMicros());
    Alarms.Due due = alarms.pop(pass.nowMicros());
    while (due != null) {
      settlements.due(pass, due);
      due = alarms.pop(pass.nowMicros());
    }
    announcements.tellNews(pass);
    pass.emitContinues(records);
  }

  /** Nothing happens where a text is missing, as all are where none are kept. */
  private Result applyWithTexts(Pass pass, long term, Command command) {
    Optional<Command> whole = uploads.resolved(command);
    if (whole.isEmpty()) {
      return new Result.Absent();
    }
    Result result = apply(pass, term, whole.get());
    uploads.used(command);
    return result;
  }

  private Result apply(Pass pass, long term, Command command) {
    if (command instanceof Command.TakeOver takeOver) {
      return takeOver(pass, term, takeOver.executor());
    }
    if (command instanceof Command.Opened opened) {
      return open(opened);
    }
    if (command instanceof Command.Check) {
      chain.begin();
      return new Result.Done();
    }
    if (command instanceof Command.ActivateVersion activate) {
      return activate(pass, activate.format());
    }
    if (command instanceof Command.Tick
        || command instanceof Command.Barrier
        || command instanceof Command.Verdict) {
      return new Result.Done();
    }
    if (cell.isEmpty()) {
      return refused(Code.UNAVAILABLE, "the cell is not opened yet");
    }
    if (command instanceof Command.Settle settle) {
      return settlements.settle(pass, settle);
    }
    if (command instanceof Command.Submit submit) {
      return submissions.submit(pass, submit);
    }
    if (command instanceof Command.Advance advance) {
      return settlements.advance(pass, advance);
    }
    if (command instanceof Command.Announce announce) {
      return announcements.announce(pass, announce);
    }
    if (command instanceof Command.Proved proved) {
      return settlements.proved(pass, proved);
    }
    if (command instanceof Command.Crashed crashed) {
      return orphans.crashed(pass, crashed.executor(), executor);
    }
    if (command instanceof Command.Cancel cancel) {
      return cancel(pass, cancel);
    }
    if (command instanceof Command.Control control) {
      return controls.carryOut(pass, control);
    }
    if (command instanceof Command.Relocation relocation) {
      return relocations.carryOut(pass, relocation);
    }
    if (command instanceof Command.Schedule schedule) {
      return schedules.plan(pass, schedule);
    }
    if (command instanceof Command.Aim aim) {
      return schedules.aim(pass, aim);
    }
    if (command instanceof Command.Halt halt) {
      return schedules.halt(pass, halt);
    }
    if (command instanceof Command.Compared compared) {
      return schedules.compared(pass, compared);
    }
    if (command instanceof Command.Agree agree) {
      return agreement.agree(agree.terms());
    }
    if (command instanceof Command.Retain retain) {
      return receipts.retain(retain.retention());
    }
    if (command instanceof Command.Part part) {
      return uploads.part(pass, part);
    }
    if (command instanceof Command.Entrust entrust) {
      return safe.entrust(entrust.secret());
    }
    return command instanceof Command.Define define
        ? definitions.define(define)
        : configure(pass, ((Command.Configure) command).account());
  }

  private Result configure(Pass pass, Account account) {
    return queues.configure(account, appliedIndex, pass.nowMicros(), () -> stranded(account));
  }

  /** In older formats such a scope went, and the call could not come back. */
  private Optional<String> stranded(Account account) {
    return activeFormat < Entry.CONTROL_FORMAT
        ? Optional.empty()
        : queues.stranded(account, records.calls());
  }

  private Result takeOver(Pass pass, long term, Executor successor) {
    if (successor.term() != term) {
      return refused(
          Code.INVALID, successor + " cannot take over in term " + term + ", it is not its own");
    }
    if (!executor.equals(Optional.of(successor))) {
      tail.forget();
      uploads.forget();
      queues.tookOver(pass.nowMicros());
    }
    executor = Optional.of(successor);
    settlements.takeOver(pass, successor);
    return new Result.Done();
  }

  private Result open(Command.Opened opened) {
    if (cell.isEmpty()) {
      cell = Optional.of(opened.cell());
      epoch = opened.epoch();
      return new Result.Done();
    }
    return cell.get().equals(opened.cell()) && epoch == opened.epoch()
        ? new Result.Done()
        : refused(Code.CONFLICT, "this is cell " + cell.get() + " of epoch " + epoch);
  }

  private Result activate(Pass pass, int wanted) {
    if (wanted > Entry.NEWEST_FORMAT) {
      // Never from a log: what this build does not know it does not read either.
      return refused(Code.INVALID, "this build knows formats up to " + Entry.NEWEST_FORMAT);
    }
    if (wanted <= activeFormat) {
      return refused(Code.CONFLICT, "format " + activeFormat + " is active");
    }
    if (activeFormat < Entry.HISTORY_FORMAT && wanted >= Entry.HISTORY_FORMAT) {
      records.leaveNumbersOfOlderFormats();
    }
    activeFormat = wanted;
    obeyActive();
    pass.emit(new Effect.Active(wanted));
    return new Result.Done();
  }

  /** What logs of older formats lead to does not change; what this one leads to does. */
  private void obeyActive() {
    if (activeFormat >= Entry.HISTORY_FORMAT) {
      records.letIdsComeAgain();
      receipts.trimInSteps();
    }
    if (activeFormat >= Entry.TEXTS_FORMAT) {
      records.keepTexts();
    }
    if (activeFormat >= Entry.LIMITS_FORMAT) {
      throttles.shutScopes();
    }
    if (activeFormat >= Entry.TERMS_FORMAT) {
      agreement.comesIntoForce();
      outages.watch();
      queues.boundRetries();
    }
    if (activeFormat >= Entry.INCIDENTS_FORMAT) {
      settlements.advanceBySignalsOnly();
    }
  }

  private Result cancel(Pass pass, Command.Cancel cancel) {
    Invocation invocation = records.invocation(cancel.invocation());
    if (invocation == null) {
      return refused(Code.NOT_FOUND, "invocation " + cancel.invocation() + " is not known");
    }
    if (invocation.isLive()) {
      endings.end(pass, invocation.id(), new Ending.Cancelled(cancel.reason()));
    }
    return new Result.Done();
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  /**
   * What is outstanding, for a new superpeer: every signal that nobody has interpreted, the turns
   * of schedules and the first timer (rule 19), and whether calls wait for its next entry (rule
   * 12). Never attempts: those in flight belong to who sent them, and each of those is to be asked
   * for its inventory (rule 11). Before all of that, what it may propose (rule 36).
   */
  public List<Effect> resume() {
    List<Effect> effects = new ArrayList<>();
    if (activeFormat > Entry.BASE_FORMAT) {
      effects.add(new Effect.Active(activeFormat));
    }
    for (Branch branch : records.branches()) {
      Pass.continueOf(records, branch, clock.nowMicros()).ifPresent(effects::add);
    }
    effects.addAll(timetable.resume(clock.nowMicros()));
    nextAlarm().ifPresent(due -> effects.add(new Effect.WakeAt(due)));
    if (queues.isHeldByTail() && !holds.isOwnerHeld()) {
      effects.add(new Effect.Acknowledge());
    }
    effects.addAll(orphans.inquiries(executor));
    return effects;
  }

  /** Cell time after the last entry (rule 7). */
  public long cellTimeMicros() {
    return clock.nowMicros();
  }

  /** Who took the cell over last (rule 9). */
  public Optional<Executor> executor() {
    return executor;
  }

  Queues queues() {
    return queues;
  }

  /** What its records hold that is too large for an entry. */
  Texts texts() {
    return records.texts();
  }

  /** What its large payloads take, those of records and those on their way. */
  public long textBytes() {
    return uploads.sizeBytes();
  }

  /** Which format entries may have (rule 36). */
  public int activeFormat() {
    return activeFormat;
  }

  /** The index of the last entry; 0 before the first. */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** The Raft term of the last entry; 0 before the first. */
  public long appliedTerm() {
    return appliedTerm;
  }

  /** Which cell this is; empty until {@code Opened} is applied. */
  public Optional<CellId> cell() {
    return cell;
  }

  /** The epoch with which the cell was opened. */
  public long epoch() {
    return epoch;
  }

  /** An invocation that runs, whose receipt lives, or that is readable still. */
  public Optional<InvocationView> status(InvocationId id) {
    return Optional.ofNullable(records.invocation(id))
        .map(invocation -> reads.view(invocation, clock.nowMicros()));
  }

  /** Whether one that has ended is merely readable, so that its id may be another's by now. */
  public boolean isHistory(InvocationId id) {
    return records.history().has(id);
  }

  /** What happened to such an invocation. */
  public Optional<TraceView> trace(InvocationId id) {
    return Optional.ofNullable(records.invocation(id))
        .map(
            invocation ->
                new TraceView(
                    reads.view(invocation, clock.nowMicros()),
                    invocation.trace().events(),
                    invocation.trace().dropped()));
  }

  /** The same, and a copy of what explains why its calls stand where they stand. */
  public Optional<Examination> examine(InvocationId id) {
    return trace(id)
        .map(trace -> explanations.of(records.require(id), trace, clock.nowMicros(), isServed()));
  }

  Explanations explanations() {
    return explanations;
  }

  /** Whether the last entry could start calls (rule 9). */
  boolean isServed() {
    return executor.isPresent() && executor.get().term() == appliedTerm;
  }

  /**
   * A page of invocations in the order in which they were accepted.
   *
   * @param limit 1 to {@value #MAX_PAGE}
   * @param after {@link InvocationPage#last} of the page before; 0 for the first
   */
  public InvocationPage list(int limit, long after, Predicate<InvocationView> filter) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be from 1 to " + MAX_PAGE + ", was " + limit);
    }
    return reads.list(limit, after, filter, clock.nowMicros());
  }

  /** The place of an invocation in the order of acceptance; empty where it is not known. */
  public OptionalLong place(InvocationId id) {
    Invocation invocation = records.invocation(id);
    return invocation == null
        ? OptionalLong.empty()
        : OptionalLong.of(invocation.submission().sequence());
  }

  /** Invocations that have not ended. */
  public int live() {
    return records.live();
  }

  /** Invocations that have ended and are remembered until their callers ask no more. */
  public int receipts() {
    return records.receipts();
  }

  /** Invocations that are merely readable. */
  public int history() {
    return records.history().size();
  }

  /** What those weigh with their texts, each as often as it is held; that is what is retained. */
  public long historyBytes() {
    return records.history().sizeBytes();
  }

  /** What their records take of {@link #sizeBytes}, without their texts. */
  public long historyRecordBytes() {
    return records.history().recordBytes();
  }

  /** What the owner has agreed to; the standard terms where that is nothing. */
  public Terms terms() {
    return agreement.terms();
  }

  /**
   * Why a submit of this id would be refused by the terms of the owner at this moment, as far as
   * that can be told without looking into it; empty for one that is known, which is answered. Apply
   * decides again, and alone about what only the time of an entry changes: the rate of submits, and
   * receipts that expire.
   */
  public Optional<Refusal> shortage(InvocationId id) {
    return records.isKnown(id) ? Optional.empty() : agreement.shortage(clock.nowMicros());
  }

  /** Calls that wait for a slot, and for nothing else. */
  public int queuedCalls() {
    return queues.waiting();
  }

  /** What those weigh. */
  public long queuedBytes() {
    return queues.waitingBytes();
  }

  /** Who the members are, and the move that is open (ADR 41). */
  public Membership membership() {
    return relocations.membership();
  }

  /** How long invocations stay readable beyond their receipts. */
  public Retention retention() {
    return receipts.retention();
  }

  /**
   * What all of this takes in bytes (rule 24): where the memory of a cell is full, what is merely
   * readable is forgotten, and when none of it is left new work is refused.
   */
  public long sizeBytes() {
    return records.sizeBytes() + uploads.sizeBytes();
  }

  /** Slots whose attempt runs or may run. */
  public int slotsTaken() {
    return records.slots().size();
  }

  /** Calls that wait because something is held; where that is the owner, all that are queued. */
  public int heldCalls() {
    return records.heldCalls() + (holds.isOwnerHeld() ? queues.size() : 0);
  }

  /** The time of the next of what an owner may want of what runs, in cell time (ADR 32). */
  public long nextUntilMicros() {
    return controls.nextUntilMicros(clock.nowMicros());
  }

  /** What is held: the owner, compositions, then invocations of their own, so many at most. */
  public List<HoldView> holds(int limit) {
    return reads.holds(limit, clock.nowMicros());
  }

  /** Calls that have failed for good and wait for a person (ADR 39). */
  public int openIncidents() {
    return records.openIncidents();
  }

  /**
   * Those, in the order of their numbers.
   *
   * @param limit how many at most, from 1
   * @param after only those with greater numbers
   * @param of whose; empty: all
   */
  public List<IncidentView> incidents(int limit, long after, Optional<InvocationId> of) {
    return reads.incidents(limit, after, of, clock.nowMicros());
  }

  /** Whether what fails in an invocation waits for a person; not where that is not known. */
  public boolean wantsIncidents(InvocationId id) {
    Invocation invocation = records.invocation(id);
    return invocation != null && invocation.wantsIncidents();
  }

  /** Whether the invocations of a defined composition want them. */
  public boolean wantIncidents(CompositionRef ref) {
    return definitions.wantIncidents(ref);
  }

  /** The canonical form of a defined composition. */
  public Optional<Payload> composition(CompositionRef ref) {
    return definitions.canonical(ref);
  }

  /** All defined compositions, in the order of their definition. */
  public List<CompositionRef> compositions() {
    return definitions.versions();
  }

  /** All schedules, also those that have ended, in the order in which they were planned first. */
  public List<Schedule> schedules() {
    return List.copyOf(timetable.all());
  }

  /** The schedule of a composition. */
  public Optional<Schedule> schedule(String composition) {
    return timetable.find(composition);
  }

  /** The configured accounts, in the order of their first configuration. */
  public List<Account> accounts() {
    return queues.desks().stream().map(desk -> desk.queue().account()).toList();
  }

  /**
   * The owner's secrets, sealed, and what is left of removed ones; in the order of their coming.
   */
  public List<SealedSecret> secrets() {
    return safe.image();
  }

  /** Why a change of an account would be refused at this moment; its version does not matter. */
  public Optional<Refusal> objection(Account account) {
    return queues.objection(account, () -> stranded(account));
  }

  /** The configured accounts with what their scopes hold. */
  public List<AccountView> accountViews() {
    return reads.accounts(clock.nowMicros());
  }

  /**
   * What was learned of how long a composition's function takes at one of its implementations;
   * empty where nothing was.
   */
  public OptionalLong learnedMicros(String composition, String function, String implementation) {
    return estimates.learnedMicros(Settlements.function(composition, function, implementation));
  }

  /** What is broken in this state; empty in a sound one. */
  public List<String> invariants() {
    List<String> broken =
        new ArrayList<>(
            new Invariants(records, queues, holds, tail, alarms, timetable, listeners).broken());
    if (isServed()) {
      broken.addAll(new WaitInvariants(queues, holds, clock.nowMicros()).broken());
    }
    broken.addAll(uploads.broken());
    broken.addAll(new AdmissionInvariants(records, queues).broken());
    broken.addAll(new MembershipInvariants(membership(), clock.nowMicros()).broken());
    return List.copyOf(broken);
  }
}
