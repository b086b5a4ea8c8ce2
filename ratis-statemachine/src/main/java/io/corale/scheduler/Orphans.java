package io.corale.scheduler;

import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What earlier executors have left behind (rules 11 and 12). */
final class Orphans {
  private final Records records;
  private final Queues queues;
  private final Slots slots;
  private final Calls calls;

  Orphans(Records records, Queues queues, Slots slots, Calls calls) {
    this.records = records;
    this.queues = queues;
    this.slots = slots;
    this.calls = calls;
  }

  /** Whom the present executor has to ask, and about what. */
  List<Effect> inquiries(Optional<Executor> executor) {
    Map<Executor, List<Orphan>> orphans = new LinkedHashMap<>();
    for (Slot slot : records.slots()) {
      if (slot.isLeased() && !executor.equals(Optional.of(slot.executor()))) {
        orphans
            .computeIfAbsent(slot.executor(), earlier -> new ArrayList<>())
            .add(new Orphan(slot.attempt(), slot.startedIndex(), slot.fenceMicros(), isFast(slot)));
      }
    }
    List<Effect> effects = new ArrayList<>();
    orphans.forEach((earlier, its) -> effects.add(new Effect.Inquire(earlier, its)));
    return effects;
  }

  /**
   * This executor is gone. What it had in flight, and whose account retries fast, gives its slot
   * back though it may still run, and its call is tried again.
   */
  Result crashed(Pass pass, Executor earlier, Optional<Executor> executor) {
    if (executor.equals(Optional.of(earlier))) {
      return new Result.Refused(Refusal.of(Code.CONFLICT, earlier + " executes"));
    }
    for (Slot slot : records.slotsNow()) {
      if (slot.executor().equals(earlier) && isFast(slot)) {
        slots.free(pass, slot, "its account retries fast");
        queues.runsBeside(slot, slot.fenceMicros());
        calls.slotFreed(pass, slot);
      }
    }
    return new Result.Done();
  }

  /** Only what was in flight at the take-over: what is leased for another reason waits for that. */
  private boolean isFast(Slot slot) {
    Call call = records.call(slot.attempt().call());
    return queues.retriesFast(slot.account())
        && call != null
        && call.state() == Call.State.LOST
        && call.awaits(slot.attempt());
  }
}
