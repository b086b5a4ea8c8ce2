package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks for what must never be: simulations ask after every step. */
final class Invariants {
  private final Records records;
  private final Queues queues;
  private final Holds holds;
  private final Tail tail;
  private final Alarms alarms;
  private final Timetable timetable;
  private final Listeners listeners;
  private final List<String> broken = new ArrayList<>();

  Invariants(
      Records records,
      Queues queues,
      Holds holds,
      Tail tail,
      Alarms alarms,
      Timetable timetable,
      Listeners listeners) {
    this.records = records;
    this.queues = queues;
    this.holds = holds;
    this.tail = tail;
    this.alarms = alarms;
    this.timetable = timetable;
    this.listeners = listeners;
  }

  List<String> broken() {
    queues.desks().forEach(this::checkSlots);
    broken.addAll(new TailInvariants(records, queues, tail).broken());
    broken.addAll(new LimitInvariants(records, queues).broken());
    broken.addAll(new HoldInvariants(records, holds).broken());
    broken.addAll(new BreakerInvariants(records, queues).broken());
    broken.addAll(new BranchInvariants(records, alarms).broken());
    broken.addAll(new IncidentInvariants(records).broken());
    broken.addAll(new EarInvariants(records, listeners).broken());
    records.calls().forEach(this::checkCall);
    records.slots().forEach(this::checkSlot);
    records.invocations().forEach(this::checkInvocation);
    checkWeight();
    checkHistory();
    checkAlarms();
    broken.addAll(new ScheduleInvariants(records, alarms, timetable).broken());
    return List.copyOf(broken);
  }

  /** Taken slots are those of the records, and within the limit unless it was lowered since. */
  private void checkSlots(Queues.Desk desk) {
    Map<String, Optional<String>> parents = new LinkedHashMap<>();
    for (ScopeLimit scope : desk.queue().account().scopes()) {
      parents.put(scope.scope(), scope.parent());
    }
    Map<String, Integer> taken = new LinkedHashMap<>();
    Map<String, Long> lastStart = new LinkedHashMap<>();
    for (Slot slot : records.slots()) {
      Optional<String> scope = Optional.of(slot.scope());
      while (slot.account().equals(desk.queue().account().id()) && scope.isPresent()) {
        taken.merge(scope.get(), 1, Integer::sum);
        lastStart.merge(scope.get(), slot.startedIndex(), Math::max);
        scope = parents.getOrDefault(scope.get(), Optional.empty());
      }
    }
    for (ReadyQueue.ScopeLoad load : desk.queue().loads()) {
      String name = desk.queue().account().id() + "/" + load.scope();
      int recorded = taken.getOrDefault(load.scope(), 0);
      check(
          recorded == load.taken(),
          () -> name + " counts " + load.taken() + " slots of " + recorded);
      check(
          load.taken() <= load.limit() || lastStart.getOrDefault(load.scope(), 0L) < desk.index(),
          () -> name + " has " + load.taken() + " slots taken, its limit is " + load.limit());
    }
  }

  private void checkCall(Call call) {
    Branch branch = records.branch(call.branchKey());
    check(
        branch != null && branch.call() == call.id().number(),
        () -> call.id() + " is not the call of its branch");
    check(
        queues.holds(call.id()) == (call.state() == Call.State.QUEUED),
        () -> call.id() + " is " + call.state() + ", its queue says otherwise");
    if (call.state() == Call.State.QUEUED
        || call.state() == Call.State.PAUSED
        || call.state() == Call.State.HELD) {
      return;
    }
    Slot slot = records.slot(call.lastAttempt());
    boolean isFlying = call.state() == Call.State.IN_FLIGHT;
    check(
        slot != null && slot.isLeased() != isFlying,
        () -> call.id() + " is " + call.state() + ", its slot says otherwise");
  }

  private void checkSlot(Slot slot) {
    Call call = records.call(slot.attempt().call());
    check(
        slot.isLeased() || (call != null && call.awaits(slot.attempt())),
        () -> slot.attempt() + " is in flight and nobody waits for it");
    Invocation invocation = records.invocation(slot.attempt().call().invocation());
    check(
        invocation == null
            || !records.isHeld(invocation.id())
            || slot.sequence() > invocation.submission().sequence(),
        () -> slot.attempt() + " is of an earlier invocation of its id");
  }

  private void checkInvocation(Invocation invocation) {
    boolean hasRoot = records.branch(new Branch.Key(invocation.id(), 0)) != null;
    check(
        hasRoot == invocation.isLive(),
        () -> invocation.id() + (hasRoot ? " has ended and goes on" : " lives without a branch"));
    check(
        !records.mayIdsComeAgain() || invocation.counts().lastCall() <= records.lastSequence(),
        () -> invocation.id() + " has calls of numbers that others may get");
  }

  private void checkWeight() {
    long weight = 0;
    int live = 0;
    for (Invocation invocation : records.invocations()) {
      weight += invocation.sizeBytes();
      live += invocation.isLive() ? 1 : 0;
    }
    weight += records.branches().stream().mapToLong(Branch::sizeBytes).sum();
    weight += records.calls().stream().mapToLong(Call::sizeBytes).sum();
    weight += records.incidents().stream().mapToLong(Incident::sizeBytes).sum();
    weight += (long) Slot.FIXED_BYTES * records.slots().size();
    weight += records.announced().stream().mapToLong(Announced::sizeBytes).sum();
    weight += timetable.all().stream().mapToLong(each -> each.consumption().sizeBytes()).sum();
    checkCount("bytes", weight - records.texts().sparedBytes(), records.sizeBytes());
    checkCount("living invocations", live, records.live());
  }

  /** Rule 24: history has ended, and weighs what it counts. */
  private void checkHistory() {
    long weight = 0;
    long spared = 0;
    int size = 0;
    List<Invocation> withText = new ArrayList<>();
    for (Invocation invocation : records.invocations()) {
      if (records.history().has(invocation.id())) {
        check(!invocation.isLive(), () -> invocation.id() + " is history and lives");
        weight += invocation.sizeBytes();
        spared += invocation.sparedBytes();
        size++;
        if (invocation.sparedBytes() > 0) {
          withText.add(invocation);
        }
      }
    }
    checkCount("invocations of history", size, records.history().size());
    checkCount("bytes of history", weight, records.history().sizeBytes());
    checkCount("bytes of records of history", weight - spared, records.history().recordBytes());
    checkHistoryWithText(withText);
  }

  /** Rule 33: it goes oldest end first, and of two ends in a moment the earlier begun. */
  private void checkHistoryWithText(List<Invocation> withText) {
    Optional<InvocationId> oldest =
        withText.stream()
            .min(
                Comparator.<Invocation>comparingLong(i -> i.ended().orElseThrow().atMicros())
                    .thenComparingLong(i -> i.submission().sequence()))
            .map(Invocation::id);
    Optional<InvocationId> counted = records.history().oldestWithText();
    check(
        oldest.equals(counted),
        () -> oldest + " is the oldest of history with a text, taken for it is " + counted);
  }

  /** Every alarm has the record that asked for it; that records have theirs is asked of each. */
  private void checkAlarms() {
    long paused =
        records.calls().stream().filter(call -> call.state() == Call.State.PAUSED).count();
    long leased = records.slots().stream().filter(Slot::isLeased).count();
    long ofBranches = records.branches().stream().mapToLong(b -> b.waiting().timers().size()).sum();
    long ofSchedules = timetable.all().stream().filter(s -> s.due().isPresent()).count();
    checkCount("timers", paused + leased + ofBranches + ofSchedules, alarms.size());
  }

  private void checkCount(String what, long there, long counted) {
    check(there == counted, () -> there + " " + what + ", counted were " + counted);
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
