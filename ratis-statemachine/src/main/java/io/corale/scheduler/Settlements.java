package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Applies what came of attempts: outcomes, proofs, fences and the signals that they left. */
final class Settlements {
  private final Records records;
  private final Slots slots;
  private final Calls calls;
  private final Transitions transitions;
  private final Estimates estimates;
  private final Schedules schedules;
  private final Lessons lessons;
  private boolean isBySignalsOnly;

  /** Who learns of outcomes. */
  record Lessons(Throttles throttles, Outages outages) {}

  Settlements(
      Records records,
      Slots slots,
      Calls calls,
      Transitions transitions,
      Estimates estimates,
      Schedules schedules,
      Lessons lessons) {
    this.records = records;
    this.slots = slots;
    this.calls = calls;
    this.transitions = transitions;
    this.estimates = estimates;
    this.schedules = schedules;
    this.lessons = lessons;
  }

  /** The outcome counts in any case, the transition only as a whole (rule 18). */
  Result settle(Pass pass, Command.Settle settle) {
    Slot slot = records.slot(settle.attempt());
    if (slot == null) {
      return new Result.Done();
    }
    Call call = records.call(settle.attempt().call());
    boolean isAwaited = call != null && call.awaits(settle.attempt());
    Optional<Throttles.Shut> shut = Optional.empty();
    if (!settle.outcome().mayHaveRun()) {
      slots.free(pass, slot, "late outcome: " + Retries.word(settle.outcome()));
      shut =
          lessons
              .throttles()
              .learn(pass, slot, settle.outcome(), isAwaited && call != null ? call.roomless() : 0);
      if (!isAwaited) {
        calls.slotFreed(pass, slot);
      }
    } else if (!slot.isLeased()) {
      slots.leaseFromDispatch(pass, slot, Retries.word(settle.outcome()));
    }
    if (!isAwaited || call == null) {
      return new Result.Done();
    }
    lessons.outages().learn(pass, call, settle.outcome());
    if (shut.isPresent()) {
      calls.throttled(pass, call, shut.get());
      return new Result.Done();
    }
    return settle(pass, call, settle);
  }

  private Result settle(Pass pass, Call call, Command.Settle settle) {
    observe(call, settle);
    Invocation before = records.require(call.id().invocation());
    boolean isFinal = calls.settle(pass, call, settle.outcome(), settle.jitter());
    if (!isFinal || settle.transition().isEmpty()) {
      return new Result.Done();
    }
    if (settle.outcome() instanceof Outcome.Success success
        && success.result().sizeBytes() > records.mostPayloadBytes()) {
      return new Result.Stale(); // It was computed for a result that became a failure.
    }
    Transitions.Verdict verdict = transitions.apply(pass, before, settle.transition().get());
    return verdict == Transitions.Verdict.STALE ? new Result.Stale() : new Result.Done();
  }

  private void observe(Call call, Command.Settle settle) {
    if (settle.outcome() instanceof Outcome.Success) {
      CompositionRef composition =
          records.require(call.id().invocation()).submission().composition();
      estimates.observe(
          function(composition.name(), call.spec().function(), call.spec().implementation()),
          call.spec().estimateMicros(),
          settle.durationMicros());
    }
  }

  /** The name under which durations are learned: an implementation of a composition's function. */
  static String function(String composition, String function, String implementation) {
    return composition + '/' + function + '/' + implementation;
  }

  /**
   * From now on nothing goes on for a signal that is not there; logs of older formats let it. What
   * is late may be of an earlier invocation of its id, whose branch was at the same step.
   */
  void advanceBySignalsOnly() {
    isBySignalsOnly = true;
  }

  Result advance(Pass pass, Command.Advance advance) {
    Invocation invocation = records.invocation(advance.invocation());
    if (invocation == null || !invocation.isLive() || (isBySignalsOnly && !hasSignal(advance))) {
      return new Result.Stale();
    }
    Transitions.Verdict verdict = transitions.apply(pass, invocation, advance.transition());
    if (verdict != Transitions.Verdict.STALE) {
      return new Result.Done();
    }
    for (Transition.Guard guard : advance.transition().guards()) {
      pass.signalled(new Branch.Key(advance.invocation(), guard.branch()));
    }
    return new Result.Stale();
  }

  private boolean hasSignal(Command.Advance advance) {
    for (Transition.Guard guard : advance.transition().guards()) {
      Branch branch = records.branch(new Branch.Key(advance.invocation(), guard.branch()));
      if (branch != null && branch.pending().isPresent()) {
        return true;
      }
    }
    return false;
  }

  Result proved(Pass pass, Command.Proved proved) {
    Slot slot = records.slot(proved.attempt());
    if (slot == null) {
      return new Result.Done();
    }
    if (!slot.isLeased()) {
      return new Result.Refused(
          Refusal.of(Code.CONFLICT, proved.attempt() + " is awaited, settle it instead"));
    }
    slots.free(pass, slot, "proved ended");
    calls.slotFreed(pass, slot);
    return new Result.Done();
  }

  /** Fires a timer. */
  void due(Pass pass, Alarms.Due due) {
    if (due instanceof Alarms.Due.Fence fence) {
      Slot slot = records.slot(fence.attempt());
      if (slot != null) {
        slots.freeAtFence(pass, slot);
        calls.slotFreed(pass, slot);
      }
    } else if (due instanceof Alarms.Due.Ready ready) {
      calls.ready(pass, records.requireCall(ready.call()));
    } else if (due instanceof Alarms.Due.Elapsed elapsed) {
      transitions.elapse(pass, elapsed);
    } else if (due instanceof Alarms.Due.Turn turn) {
      schedules.due(pass, turn.schedule());
    }
  }

  /** Rules 9 and 11: what earlier executors have in flight is leased at once. */
  void takeOver(Pass pass, Executor successor) {
    Set<InvocationId> told = new LinkedHashSet<>();
    for (Slot slot : records.slotsNow()) {
      if (!slot.isLeased() && !slot.executor().equals(successor)) {
        InvocationId id = slot.attempt().call().invocation();
        if (told.add(id)) {
          Invocation invocation = records.require(id);
          records.trace(id, pass.event(invocation, TraceEvent.Kind.TAKEN_OVER, "by " + successor));
        }
        calls.takenOver(pass, slot);
      }
    }
  }
}
