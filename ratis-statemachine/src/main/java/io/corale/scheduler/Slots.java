package io.corale.scheduler;

import io.corale.model.AttemptId;

/** Takes, leases and frees slots (rule 13). */
final class Slots {
  private final Records records;
  private final Queues queues;
  private final Alarms alarms;
  private final Tail tail;

  Slots(Records records, Queues queues, Alarms alarms, Tail tail) {
    this.records = records;
    this.queues = queues;
    this.alarms = alarms;
    this.tail = tail;
  }

  /** Records the slot of an attempt for which its queue has taken one. */
  Slot take(Pass pass, Call started, Executor executor) {
    Slot slot =
        new Slot(
            started.lastAttempt(),
            started.spec().account(),
            started.spec().scope(),
            executor,
            records.nextSequence(),
            pass.index(),
            pass.nowMicros(),
            timeoutMicros(started.spec()),
            0);
    records.put(slot);
    if (slot.startedIndex() > pass.seenIndex()) {
      tail.add(slot);
    }
    return slot;
  }

  private long timeoutMicros(Transition.CallSpec spec) {
    boolean isSmall = !records.texts().areKept() || spec.arguments().fitsInline();
    return isSmall
        ? spec.timeoutMicros()
        : CellClock.later(spec.timeoutMicros(), Fences.DEPARTURE_MICROS);
  }

  /**
   * @param tailFrom the first entry that filled an unseen slot; 0 where none did
   */
  void restore(Slot slot, long tailFrom) {
    records.put(slot);
    queues.occupy(slot);
    if (tailFrom > 0 && slot.startedIndex() >= tailFrom) {
      tail.add(slot);
    }
    if (slot.isLeased()) {
      alarms.set(slot);
    }
  }

  /**
   * The attempt has ended for us, but may run: the slot stays taken. The executor is the one that
   * dispatched it, so it left within the grace after its dispatch, if at all (rule 10).
   */
  void leaseFromDispatch(Pass pass, Slot slot, String reason) {
    long fence = Fences.end(slot.startedMicros(), slot.timeoutMicros());
    lease(pass, slot, Math.max(fence, pass.nowMicros()), reason);
  }

  /** Another executor took over: whatever the earlier one still sends leaves within the grace. */
  void leaseFromNow(Pass pass, Slot slot, String reason) {
    lease(pass, slot, Fences.end(pass.nowMicros(), slot.timeoutMicros()), reason);
  }

  private void lease(Pass pass, Slot slot, long fenceMicros, String reason) {
    Slot leased = slot.leased(Math.max(fenceMicros, 1));
    records.put(leased);
    alarms.set(leased);
    trace(pass, TraceEvent.Kind.LEASED, leased, reason);
  }

  /** The attempt has certainly ended. */
  void free(Pass pass, Slot slot, String proof) {
    if (slot.isLeased()) {
      alarms.callOff(slot);
      trace(pass, TraceEvent.Kind.FREED, slot, proof);
    }
    release(slot);
  }

  /** The fence of a slot has ended, its timer is gone. */
  void freeAtFence(Pass pass, Slot slot) {
    trace(pass, TraceEvent.Kind.FREED, slot, "fence ended");
    release(slot);
  }

  private void release(Slot slot) {
    records.remove(slot);
    tail.remove(slot);
    queues.release(slot);
  }

  private void trace(Pass pass, TraceEvent.Kind kind, Slot slot, String detail) {
    AttemptId attempt = slot.attempt();
    Invocation invocation = records.invocation(attempt.call().invocation());
    if (invocation != null) {
      records.put(
          invocation.with(
              pass.event(
                  invocation,
                  kind,
                  attempt.call().number(),
                  attempt.number(),
                  slot.executor().toString(),
                  detail)));
    }
  }
}
