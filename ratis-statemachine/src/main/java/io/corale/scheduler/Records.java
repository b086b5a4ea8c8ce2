package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The immutable records of a cell in the order in which they were made, and what they weigh. A
 * record that is replaced keeps its place.
 */
final class Records {
  /**
   * More calls than any invocation has opened while older formats were active. There are two
   * thousand million times as many numbers.
   */
  private static final long LEAP = 1L << 32;

  private final Pages<InvocationId, Invocation> invocations = new Pages<>(Invocation::id);
  private final Pages<Branch.Key, Branch> branches = new Pages<>(Branch::key);
  private final Pages<CallId, Call> calls = new Pages<>(Call::id);
  private final Pages<AttemptId, Slot> slots = new Pages<>(Slot::attempt);
  private final Pages<Branch.Key, Incident> incidents = new Pages<>(Incident::branchKey);
  private final Pages<Announced.Key, Announced> announced = new Pages<>(Announced::key);
  private final History history = new History();
  private final Texts texts = new Texts();
  private final Backlog backlog;

  /** How many slots stand of each invocation, also of those that are forgotten. */
  private final Map<InvocationId, Integer> slotsOf = new LinkedHashMap<>();

  private boolean idsComeAgain;
  private int live;
  private int heldCalls;
  private int openIncidents;
  private long sizeBytes;
  private long lastSequence;

  /**
   * @param backlog is told what becomes of invocations and calls
   */
  Records(long lastSequence, Backlog backlog) {
    this.lastSequence = lastSequence;
    this.backlog = backlog;
  }

  Backlog backlog() {
    return backlog;
  }

  long nextSequence() {
    return ++lastSequence;
  }

  /** So many numbers are in use now. */
  void used(long lastSequence) {
    this.lastSequence = lastSequence;
  }

  /**
   * Where ids may come again so many numbers are in use at least: calls have taken theirs, also
   * those that were dropped as they were opened.
   */
  void usedUpTo(long number) {
    if (idsComeAgain) {
      lastSequence = Math.max(lastSequence, number);
    }
  }

  long lastSequence() {
    return lastSequence;
  }

  /** What they hold that is too large for an entry. */
  Texts texts() {
    return texts;
  }

  /** From now on they may hold texts; what was made before is looked through once. */
  void keepTexts() {
    if (!texts.areKept()) {
      texts.keep();
      countTexts(texts);
    }
  }

  /** Tells a table all that they hold. */
  void countTexts(Texts table) {
    eachHolder(holder -> table.changed(null, holder));
    invocations.values().stream()
        .filter(ended -> history.has(ended.id()))
        .forEach(table::becomesHistory);
  }

  private void eachHolder(Consumer<TextHolder> each) {
    invocations.values().forEach(each);
    branches.values().forEach(each);
    calls.values().forEach(each);
    incidents.values().forEach(each);
  }

  /** The receipt of one has ended. */
  void becomesHistory(Invocation ended) {
    history.add(ended);
    texts.becomesHistory(ended);
  }

  /** How large a payload may be that is kept. */
  int mostPayloadBytes() {
    return texts.areKept() ? Payload.MAX_BYTES : Payload.MAX_INLINE_BYTES;
  }

  /** What a payload weighs in what an entry says. */
  long weight(Payload payload) {
    return texts.areKept() ? payload.standingBytes() : payload.sizeBytes();
  }

  /** Of what is merely readable. */
  Optional<Invocation> oldestHistoryWithText() {
    return history.oldestWithText().map(this::require);
  }

  /** Invocations that have not ended. */
  int live() {
    return live;
  }

  /** Invocations that have, and that callers may ask for again (rule 24). */
  int receipts() {
    return invocations.size() - live - history.size();
  }

  /** Those that have, and that are merely readable. */
  History history() {
    return history;
  }

  /**
   * From now on ids may come again, where logs of older formats took no care: one is not free while
   * a slot of it stands, and the calls of its next invocation have names of their own.
   */
  void letIdsComeAgain() {
    idsComeAgain = true;
  }

  /** Whether they may. */
  boolean mayIdsComeAgain() {
    return idsComeAgain;
  }

  /**
   * Leaves the numbers behind that calls have taken without counting here, also those of
   * invocations that are forgotten. Where nothing has begun yet there are none.
   */
  void leaveNumbersOfOlderFormats() {
    if (lastSequence > 0) {
      lastSequence += LEAP;
    }
  }

  /** Whether an invocation of this id lives, or has its receipt. */
  boolean isKnown(InvocationId id) {
    return invocations.has(id) && !history.has(id);
  }

  /**
   * Whether an attempt of an invocation of this id may run still: its slot is traced, and its fence
   * told, under this id.
   */
  boolean isHeld(InvocationId id) {
    return idsComeAgain && slotsOf.containsKey(id);
  }

  /** Whether no invocation of this id may begin. */
  boolean isTaken(InvocationId id) {
    return isKnown(id) || isHeld(id);
  }

  /** Without what texts weigh. */
  long sizeBytes() {
    return sizeBytes - texts.sparedBytes();
  }

  @Nullable Invocation invocation(InvocationId id) {
    return invocations.get(id);
  }

  /** The invocation of a branch, call or slot that was just looked up. */
  Invocation require(InvocationId id) {
    Invocation invocation = invocations.get(id);
    if (invocation == null) {
      throw new IllegalStateException("a record of " + id + " outlived it");
    }
    return invocation;
  }

  /** The one that awaits an invocation, as long as it is remembered. */
  Optional<Invocation> awaiting(Invocation child) {
    return child
        .submission()
        .descent()
        .awaitedBy()
        .flatMap(awaiting -> Optional.ofNullable(invocations.get(awaiting.invocation())));
  }

  @Nullable Branch branch(Branch.Key key) {
    return branches.get(key);
  }

  Branch require(Branch.Key key) {
    Branch branch = branches.get(key);
    if (branch == null) {
      throw new IllegalStateException("no branch " + key);
    }
    return branch;
  }

  @Nullable Call call(CallId id) {
    return calls.get(id);
  }

  Call requireCall(CallId id) {
    Call call = calls.get(id);
    if (call == null) {
      throw new IllegalStateException("no call " + id);
    }
    return call;
  }

  @Nullable Slot slot(AttemptId attempt) {
    return slots.get(attempt);
  }

  @Nullable Announced announced(Announced.Key key) {
    return announced.get(key);
  }

  /** How many events are remembered. */
  int announcedCount() {
    return announced.size();
  }

  void put(Announced event) {
    Announced before = announced.put(event);
    weigh(before == null ? 0 : before.sizeBytes(), event.sizeBytes());
  }

  void remove(Announced event) {
    Announced before = announced.remove(event.key());
    weigh(before == null ? 0 : before.sizeBytes(), 0);
  }

  /** A new one. What is readable of an earlier one of its id, goes. */
  void begin(Invocation invocation) {
    if (isTaken(invocation.id())) {
      throw new IllegalStateException(invocation.id() + " begins, and is taken");
    }
    Invocation before = invocations.get(invocation.id());
    if (before != null) {
      remove(before);
    }
    put(idsComeAgain ? invocation.numberingOn() : invocation);
  }

  void put(Invocation invocation) {
    Invocation before = invocations.put(invocation);
    boolean isHistory = before != null && history.has(before.id());
    if (before != null && isHistory) {
      history.changed(before, invocation);
      texts.leavesHistory(before);
    }
    texts.changed(before, invocation);
    if (isHistory) {
      texts.becomesHistory(invocation);
    }
    weigh(before == null ? 0 : before.sizeBytes(), invocation.sizeBytes());
    live += (invocation.isLive() ? 1 : 0) - (before != null && before.isLive() ? 1 : 0);
    backlog.changed(before, invocation);
  }

  /** Adds one event to the trace of an invocation. */
  void trace(InvocationId id, TraceEvent event) {
    put(require(id).with(event));
  }

  void put(Branch branch) {
    Branch before = branches.put(branch);
    if (before == null || !branch.goesOnWithListOf(before)) {
      texts.changed(before, branch);
    }
    weigh(before == null ? 0 : before.sizeBytes(), branch.sizeBytes());
    if (incidents.has(branch.key()) && (before == null || !branch.hasSignalOf(before))) {
      removeIncident(branch.key());
    }
  }

  /**
   * A failure waits at its branch. It goes with what waits there: with the signal, whatever takes
   * that, or with the branch.
   */
  void put(Incident incident) {
    Incident before = incidents.put(incident);
    texts.changed(before, incident);
    openIncidents += open(incident) - open(before);
    weigh(before == null ? 0 : before.sizeBytes(), incident.sizeBytes());
  }

  private void removeIncident(Branch.Key branch) {
    Incident before = incidents.remove(branch);
    if (before != null) {
      texts.changed(before, null);
      openIncidents -= open(before);
      weigh(before.sizeBytes(), 0);
    }
  }

  private static int open(@Nullable Incident incident) {
    return incident != null && incident.isOpen() ? 1 : 0;
  }

  /** The failure of a call that waits at a branch, if its invocation wants those. */
  @Nullable Incident incident(Branch.Key branch) {
    return incidents.get(branch);
  }

  /** Whether a branch waits for a person. */
  boolean waitsForPerson(Branch.Key branch) {
    Incident incident = incidents.get(branch);
    return incident != null && incident.isOpen();
  }

  /** How many do. */
  int openIncidents() {
    return openIncidents;
  }

  void put(Call call) {
    Call before = calls.put(call);
    texts.changed(before, call);
    heldCalls += held(call) - held(before);
    weigh(before == null ? 0 : before.sizeBytes(), call.sizeBytes());
    if (before == null) {
      backlog.opened(this, call);
    }
  }

  private static int held(@Nullable Call call) {
    return call != null && call.state() == Call.State.HELD ? 1 : 0;
  }

  /** Calls that wait because something is held. */
  int heldCalls() {
    return heldCalls;
  }

  void put(Slot slot) {
    Slot before = slots.put(slot);
    if (before == null) {
      slotsOf.merge(slot.attempt().call().invocation(), 1, Integer::sum);
    }
    weigh(before == null ? 0 : Slot.FIXED_BYTES, Slot.FIXED_BYTES);
  }

  /** Forgets one that has ended. */
  void remove(Invocation invocation) {
    Invocation before = invocations.remove(invocation.id());
    if (before != null && history.has(before.id())) {
      history.changed(before, null);
      texts.leavesHistory(before);
    }
    texts.changed(before, null);
    weigh(before == null ? 0 : before.sizeBytes(), 0);
  }

  void remove(Branch branch) {
    Branch before = branches.remove(branch.key());
    texts.changed(before, null);
    weigh(before == null ? 0 : before.sizeBytes(), 0);
    removeIncident(branch.key());
  }

  void remove(Call call) {
    Call before = calls.remove(call.id());
    texts.changed(before, null);
    heldCalls -= held(before);
    weigh(before == null ? 0 : before.sizeBytes(), 0);
    if (before != null) {
      backlog.ended(this, before);
    }
  }

  void remove(Slot slot) {
    Slot before = slots.remove(slot.attempt());
    if (before != null) {
      slotsOf.compute(
          slot.attempt().call().invocation(),
          (id, count) -> count == null || count == 1 ? null : count - 1);
    }
    weigh(before == null ? 0 : Slot.FIXED_BYTES, 0);
  }

  /** What is kept elsewhere weighs as well. */
  void weigh(@Nullable Schedule before, Schedule after) {
    weigh(before == null ? 0 : before.consumption().sizeBytes(), after.consumption().sizeBytes());
  }

  private void weigh(long before, long after) {
    sizeBytes += after - before;
  }

  Collection<Invocation> invocations() {
    return invocations.values();
  }

  Collection<Branch> branches() {
    return branches.values();
  }

  Collection<Call> calls() {
    return calls.values();
  }

  /** In the order of their numbers. */
  Collection<Incident> incidents() {
    return incidents.values();
  }

  Collection<Announced> announced() {
    return announced.values();
  }

  Collection<Slot> slots() {
    return slots.values();
  }

  /** As they are now, whatever becomes of them; so with the others. */
  List<Invocation> invocationsNow() {
    return invocations.freeze();
  }

  List<Branch> branchesNow() {
    return branches.freeze();
  }

  List<Call> callsNow() {
    return calls.freeze();
  }

  List<Incident> incidentsNow() {
    return incidents.freeze();
  }

  List<Announced> announcedNow() {
    return announced.freeze();
  }

  List<Slot> slotsNow() {
    return slots.freeze();
  }

  /** The children of a branch that are not joined, in the order of opening. */
  List<Branch> children(Branch parent) {
    List<Branch> children = new ArrayList<>();
    int next = parent.children().last();
    while (next != Branch.NONE) {
      Branch child = require(new Branch.Key(parent.key().invocation(), next));
      children.add(child);
      next = child.elder();
    }
    Collections.reverse(children);
    return children;
  }

  /** The outstanding call of a branch. */
  Optional<Call> callOf(Branch branch) {
    return branch.call() == 0
        ? Optional.empty()
        : Optional.of(requireCall(new CallId(branch.key().invocation(), branch.call())));
  }
}
