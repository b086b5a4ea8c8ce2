package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.scheduler.Command.Hold.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds what is to start, and lets it go on (ADR 32).
 *
 * <p>Only starts are held: what is in flight settles, timers go off, transitions apply, and new
 * work is taken. On release calls come back with the numbers that they had, so each stands to the
 * others as before. The deadline of an invocation that did nothing else meanwhile moves on by that
 * time, as it does for one that waits to hear: it is nobody's fault that it is late, and of two
 * that were held together neither gains. Time limits go on, for they are promises of the
 * composition.
 */
final class Holding {
  private final Records records;
  private final Holds holds;
  private final Queues queues;
  private final Calls calls;
  private final Works works;
  private final Deadlines deadlines;

  Holding(Records records, Holds holds, Queues queues, Calls calls) {
    this.records = records;
    this.holds = holds;
    this.queues = queues;
    this.calls = calls;
    this.works = new Works(records);
    this.deadlines = new Deadlines(records);
  }

  /** Idempotent: what is held already stays so since then, and for that reason. */
  Result hold(Pass pass, Command.Hold command) {
    Held held = new Held(pass.nowMicros(), command.by(), command.reason());
    if (command.target() instanceof Target.OfInvocation target) {
      return ofInvocation(pass, target.invocation(), command.isHeld(), held);
    }
    return command.target() instanceof Target.OfComposition target
        ? ofComposition(pass, target.name(), command.isHeld(), held)
        : ofOwner(pass, command.isHeld(), held);
  }

  private Result ofInvocation(Pass pass, InvocationId id, boolean isHeld, Held held) {
    Invocation invocation = records.invocation(id);
    if (invocation == null) {
      return refused(Code.NOT_FOUND, "invocation " + id + " is not known");
    }
    if (!invocation.isLive()) {
      return isHeld
          ? refused(Code.CONFLICT, "invocation " + id + " has ended")
          : new Result.Done(); // Nothing holds it.
    }
    if (isHeld != invocation.held().isPresent()) {
      Invocation next = invocation.withHeld(isHeld ? Optional.of(held) : Optional.empty());
      records.put(next.with(event(pass, next, isHeld, held.words())));
      follow(pass, isHeld, works.whole(next));
    }
    return new Result.Done();
  }

  private Result ofComposition(Pass pass, String name, boolean isHeld, Held held) {
    if (isHeld == holds.composition(name).isPresent()) {
      return new Result.Done();
    }
    if (isHeld && holds.isFull()) {
      return refused(
          Code.CONFLICT,
          "the cell holds " + Holds.MAX_COMPOSITIONS + " compositions, the most: let one go on");
    }
    if (isHeld) {
      holds.putComposition(name, held);
    } else {
      holds.removeComposition(name);
    }
    Set<InvocationId> wholes = new LinkedHashSet<>();
    for (Invocation each : records.invocationsNow()) {
      if (each.isLive() && each.submission().composition().name().equals(name)) {
        // Not why: there may be as many of them as fit into the memory of a cell.
        records.trace(each.id(), event(pass, each, isHeld, "composition '" + name + "'"));
        wholes.add(works.whole(each));
      }
    }
    wholes.forEach(whole -> follow(pass, isHeld, whole));
    return new Result.Done();
  }

  private static TraceEvent event(Pass pass, Invocation invocation, boolean isHeld, String detail) {
    TraceEvent.Kind kind = isHeld ? TraceEvent.Kind.HELD : TraceEvent.Kind.RELEASED;
    return pass.event(invocation, kind, detail);
  }

  /** What belongs to a work goes where it belongs by now. */
  private void follow(Pass pass, boolean isHeld, InvocationId whole) {
    List<Works.Part> parts = works.of(whole);
    if (isHeld) {
      for (Works.Part part : parts) {
        if (holds.holds(records.require(part.invocation()))) {
          part.callsIn(Call.State.QUEUED).forEach(call -> calls.hold(pass, call));
        }
      }
    } else {
      List<Call> released = released(parts, Call.State.HELD);
      moveDeadlines(pass, parts, released, 0);
      released.forEach(call -> calls.ready(pass, call));
    }
  }

  /** Those in this state that nothing holds any more. */
  private List<Call> released(List<Works.Part> parts, Call.State state) {
    List<Call> released = new ArrayList<>();
    for (Works.Part part : parts) {
      if (!holds.holds(records.require(part.invocation()))) {
        released.addAll(part.callsIn(state));
      }
    }
    return released;
  }

  /** Nothing moves: there is nothing in the cell that could start before it. */
  private Result ofOwner(Pass pass, boolean isHeld, Held held) {
    Optional<Held> before = holds.owner();
    if (isHeld && before.isEmpty()) {
      holds.putOwner(Optional.of(held));
    } else if (!isHeld && before.isPresent()) {
      holds.putOwner(Optional.empty());
      for (Invocation each : records.invocationsNow()) {
        if (each.isLive() && each.id().equals(works.whole(each))) {
          goOn(pass, each.id(), before.get().sinceMicros());
        }
      }
    }
    return new Result.Done();
  }

  /**
   * What waits in queues waits there since the owner was held, without having waited for a slot.
   */
  private void goOn(Pass pass, InvocationId whole, long sinceMicros) {
    List<Works.Part> parts = works.of(whole);
    List<Call> released = released(parts, Call.State.QUEUED);
    released.forEach(call -> queues.remove(call, pass.nowMicros()));
    moveDeadlines(pass, parts, released, sinceMicros);
    for (Call call : released) {
      long heldMicros = pass.nowMicros() - Math.max(sinceMicros, call.queuedMicros());
      boolean isKnown = call.queuedMicros() > 0;
      Call queued = isKnown ? call.queued(call.queuedMicros() + heldMicros) : call;
      records.put(queued);
      queues.insert(records.require(call.id().invocation()).submission(), queued);
    }
  }

  /**
   * Where all that is open of an invocation was held and goes on now, its time stood still from
   * when the last of it came to be so.
   *
   * @param released none of which is in a queue
   * @param sinceMicros not before then
   */
  private void moveDeadlines(
      Pass pass, List<Works.Part> parts, List<Call> released, long sinceMicros) {
    if (released.isEmpty()) {
      return;
    }
    Map<CallId, Long> since = new LinkedHashMap<>();
    released.forEach(call -> since.put(call.id(), Math.max(sinceMicros, call.queuedMicros())));
    Standstill.of(parts, call -> since.getOrDefault(call.id(), Standstill.GOES_ON))
        .forEach((id, last) -> deadlines.stoodStill(records.require(id), pass.nowMicros() - last));
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }
}
