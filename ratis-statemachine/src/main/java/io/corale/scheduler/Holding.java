package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.scheduler.Command.Hold.Target;
import java.util.List;
import java.util.Optional;

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
    Held held = new Held(pass.nowMicros(), command.reason());
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
      return refused(Code.CONFLICT, "invocation " + id + " has ended");
    }
    if (isHeld != invocation.held().isPresent()) {
      Invocation next = invocation.withHeld(isHeld ? Optional.of(held) : Optional.empty());
      records.put(next.with(event(pass, next, isHeld, "", held.reason())));
      follow(pass, id);
    }
    return new Result.Done();
  }

  private Result ofComposition(Pass pass, String name, boolean isHeld, Held held) {
    if (isHeld == holds.composition(name).isPresent()) {
      return new Result.Done();
    }
    if (isHeld && holds.isFull()) {
      return refused(
          Code.OVERLOADED, "the cell holds " + Holds.MAX_COMPOSITIONS + " compositions, the most");
    }
    if (isHeld) {
      holds.putComposition(name, held);
    } else {
      holds.removeComposition(name);
    }
    String what = "composition '" + name + "'";
    for (Invocation each : records.invocationsNow()) {
      if (each.isLive() && each.submission().composition().name().equals(name)) {
        records.trace(each.id(), event(pass, each, isHeld, what, held.reason()));
        follow(pass, each.id());
      }
    }
    return new Result.Done();
  }

  private static TraceEvent event(
      Pass pass, Invocation invocation, boolean isHeld, String what, String reason) {
    String between = what.isEmpty() || reason.isEmpty() ? "" : ": ";
    return pass.event(
        invocation,
        isHeld ? TraceEvent.Kind.HELD : TraceEvent.Kind.RELEASED,
        what + between + reason);
  }

  /** What belongs to an invocation goes where it belongs by now. */
  private void follow(Pass pass, InvocationId first) {
    for (Works.Part part : works.of(first)) {
      if (holds.holds(records.require(part.invocation()))) {
        part.callsIn(Call.State.QUEUED).forEach(call -> calls.hold(pass, call));
      } else {
        List<Call> held = part.callsIn(Call.State.HELD);
        moveDeadline(pass, part, held, 0);
        held.forEach(call -> calls.ready(pass, call));
      }
    }
  }

  /** Nothing moves: there is nothing in the cell that could start before it. */
  private Result ofOwner(Pass pass, boolean isHeld, Held held) {
    Optional<Held> before = holds.owner();
    if (isHeld && before.isEmpty()) {
      holds.putOwner(Optional.of(held));
    } else if (!isHeld && before.isPresent()) {
      holds.putOwner(Optional.empty());
      for (Invocation each : records.invocationsNow()) {
        if (each.isLive()) {
          goOn(pass, works.alone(each.id()), before.get().sinceMicros());
        }
      }
    }
    return new Result.Done();
  }

  private void goOn(Pass pass, Works.Part part, long sinceMicros) {
    List<Call> queued = part.callsIn(Call.State.QUEUED);
    queued.forEach(queues::remove);
    moveDeadline(pass, part, queued, sinceMicros);
    Invocation.Submission submission = records.require(part.invocation()).submission();
    queued.forEach(call -> queues.insert(submission, call));
  }

  /**
   * Where all that is open of an invocation was held, its time stood still from when the last of it
   * came to be so.
   *
   * @param held those of its calls that were, none of which is in a queue
   * @param sinceMicros not before then
   */
  private void moveDeadline(Pass pass, Works.Part part, List<Call> held, long sinceMicros) {
    if (held.isEmpty() || held.size() < part.calls().size()) {
      return;
    }
    long last = held.stream().mapToLong(Call::queuedMicros).reduce(sinceMicros, Math::max);
    deadlines.stoodStill(records.require(part.invocation()), pass.nowMicros() - last);
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }
}
