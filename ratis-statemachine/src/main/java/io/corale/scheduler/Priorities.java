package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.model.ServiceClass;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives invocations another class or deadline while they run (ADR 32).
 *
 * <p>It is as if the invocation were submitted now (rule 17): its deadline counts from now, is at
 * most what its class allows, and is corrected for the backlog of its new flow. Who asks for a
 * class that is as urgent or more, and for no deadline, keeps a deadline that is earlier, unless it
 * has passed: then it begins anew, and leaves the late lane. What is urgent is in no such lane, and
 * keeps that one as well. Its queued calls go to their new places at once, and those that it awaits
 * follow, for they are a part of its work.
 */
final class Priorities {
  private final Records records;
  private final Holds holds;
  private final Queues queues;
  private final Flows flows;
  private final Works works;
  private final Deadlines deadlines;
  private final Rules rules;

  Priorities(Records records, Holds holds, Queues queues, Flows flows, Rules rules) {
    this.records = records;
    this.holds = holds;
    this.queues = queues;
    this.flows = flows;
    this.works = new Works(records);
    this.deadlines = new Deadlines(records);
    this.rules = rules;
  }

  /** Of two the last one counts. */
  Result prioritize(Pass pass, Command.Prioritize command) {
    Invocation invocation = records.invocation(command.invocation());
    Optional<Refusal> refusal = refusal(command, invocation);
    if (refusal.isPresent() || invocation == null) {
      return new Result.Refused(refusal.orElseThrow());
    }
    Invocation.Submission before = invocation.submission();
    ServiceClass next = command.serviceClass().orElse(before.serviceClass());
    boolean asksForMore =
        command.deadlineMicros().isEmpty() && next.stretch() <= before.serviceClass().stretch();
    long deadline =
        records.backlog().without(invocation, () -> deadline(pass, command, before, next));
    List<Works.Part> parts = works.of(invocation.id());
    Map<InvocationId, Long> still = Standstill.of(parts, holds::sinceMicros);
    Map<InvocationId, Long> heard = deadlines.onceHeard(pass, parts);
    for (Works.Part part : parts) {
      long own =
          Math.max(effectiveMicros(pass, part, still), heard.getOrDefault(part.invocation(), 0L));
      // In the late lane it would stay, in which what is urgent never is.
      boolean isAhead = own > pass.nowMicros() || next == ServiceClass.URGENT;
      move(pass, part, next, asksForMore && isAhead ? Math.min(deadline, own) : deadline);
    }
    trace(pass, invocation.id(), next, command.by());
    return new Result.Done();
  }

  private void trace(Pass pass, InvocationId id, ServiceClass next, String by) {
    Invocation invocation = records.require(id);
    long left = Math.max(0, invocation.submission().deadlineMicros() - pass.nowMicros());
    String words = // Not by a format, which would write digits by the locale of each replica.
        next.name().toLowerCase(Locale.ROOT) + ", to end within " + left / 1_000 + " ms, by " + by;
    records.trace(id, pass.event(invocation, TraceEvent.Kind.PRIORITIZED, words));
  }

  private static Optional<Refusal> refusal(
      Command.Prioritize command, @Nullable Invocation invocation) {
    InvocationId id = command.invocation();
    if (invocation == null) {
      return no(Code.NOT_FOUND, "invocation " + id + " is not known");
    }
    if (!invocation.isLive()) {
      return no(Code.CONFLICT, "invocation " + id + " has ended");
    }
    return invocation
        .submission()
        .descent()
        .awaitedBy()
        .flatMap(
            above ->
                no(
                    Code.CONFLICT,
                    "invocation "
                        + id
                        + " is a part of "
                        + above.invocation()
                        + ", which awaits it: prioritize that one"));
  }

  private static Optional<Refusal> no(Code code, String message) {
    return Optional.of(Refusal.of(code, message));
  }

  /** Asked while the flows do not count it. */
  private long deadline(
      Pass pass, Command.Prioritize command, Invocation.Submission before, ServiceClass next) {
    long now = pass.nowMicros();
    long allowed = Submissions.allowed(next, before.rankMicros());
    long asked = Math.min(command.deadlineMicros().orElse(allowed), Submissions.FARTHEST_MICROS);
    long wanted = CellClock.later(now, rules.capsDeadlines() ? Math.min(allowed, asked) : asked);
    return flows.correctedDeadline(
        wanted, now, Invocation.flow(before.caller(), next), queues.concurrency());
  }

  /** The deadline that a part has now: where all of it is held, that is later by this time. */
  private long effectiveMicros(Pass pass, Works.Part part, Map<InvocationId, Long> still) {
    long now = pass.nowMicros();
    return CellClock.later(
        records.require(part.invocation()).submission().deadlineMicros(),
        now - still.getOrDefault(part.invocation(), now));
  }

  private void move(Pass pass, Works.Part part, ServiceClass next, long deadline) {
    Invocation invocation = records.require(part.invocation());
    Invocation moved = invocation.prioritized(next, deadline);
    List<Call> queued = part.callsIn(Call.State.QUEUED);
    queued.forEach(call -> queues.remove(call, pass.nowMicros()));
    records.put(moved);
    // What was held before does not move a new one on; and so what waits, waits from now on.
    boolean isNew = deadline != invocation.submission().deadlineMicros();
    for (Call call : queued) {
      Call waiting = isNew && holds.isOwnerHeld() ? call.queued(pass.queuedMicros()) : call;
      records.put(waiting);
      queues.insert(moved.submission(), waiting);
    }
    if (isNew) {
      part.callsIn(Call.State.HELD).forEach(call -> records.put(call.held(pass.nowMicros())));
      for (Branch branch : part.hearing()) {
        hearing(branch, deadline - pass.nowMicros()).ifPresent(records::put);
      }
    }
  }

  /** Once it has heard, it has as much time left as its invocation has now. */
  private static Optional<Branch> hearing(Branch branch, long leftMicros) {
    Waiting waiting = branch.waiting();
    return waiting
        .ears()
        .hearing()
        .map(now -> waiting.ears().hearing(new Ears.Hearing(now.ear(), leftMicros)))
        .map(ears -> branch.now(waiting.with(ears)));
  }
}
