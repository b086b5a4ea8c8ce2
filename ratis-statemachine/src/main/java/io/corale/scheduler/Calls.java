package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.Outcome;
import java.util.Optional;

/** The life of calls, from their queue to their final outcome; see {@link Call} for its states. */
final class Calls {
  private final Records records;
  private final Queues queues;
  private final Alarms alarms;
  private final Slots slots;
  private final Holds holds;

  Calls(Records records, Queues queues, Alarms alarms, Slots slots, Holds holds) {
    this.records = records;
    this.queues = queues;
    this.alarms = alarms;
    this.slots = slots;
    this.holds = holds;
  }

  /** Queues a new call. */
  void open(Pass pass, Call opened) {
    Invocation invocation = records.require(opened.id().invocation());
    place(pass, opened, invocation);
    records.put(invocation.with(pass.queued(invocation, opened)));
  }

  /** Queues a call that is ready, unless it is held. */
  private void place(Pass pass, Call call, Invocation invocation) {
    if (holds.holds(invocation)) {
      records.put(call.held(pass.nowMicros()));
    } else {
      Call queued = call.queued(pass.queuedMicros());
      records.put(queued);
      queues.insert(invocation.submission(), queued, pass.nowMicros());
    }
  }

  /** A queued call is to wait until nothing holds it. */
  void hold(Pass pass, Call queued) {
    queues.remove(queued, pass.nowMicros());
    // What it has waited while its owner was held counts as well.
    records.put(queued.held(Math.min(holds.sinceMicros(queued), pass.nowMicros())));
  }

  void restore(Call call) {
    records.put(call);
    if (call.state() == Call.State.QUEUED) {
      queues.restore(records.require(call.id().invocation()).submission(), call);
    } else if (call.state() == Call.State.PAUSED) {
      alarms.set(call);
    }
  }

  /** Moves ready calls into free slots, best first; gives how many. */
  int dispatch(Pass pass, Executor executor) {
    queues.begin(pass.nowMicros(), pass.isNewSecond());
    int starts = 0;
    for (Queues.Desk desk : queues.desks()) {
      CallId next = queues.dispatch(desk, pass.nowMicros());
      while (next != null) {
        start(pass, executor, records.requireCall(next));
        starts++;
        next = queues.dispatch(desk, pass.nowMicros());
      }
    }
    return starts;
  }

  private void start(Pass pass, Executor executor, Call call) {
    Call started = call.started();
    records.put(started);
    slots.take(pass, started, executor);
    if (started.attempt() == 1) {
      queues.firstAttempted(started.spec().account());
    }
    records.put(traced(pass, TraceEvent.Kind.STARTED, started, executor.toString(), ""));
    Branch branch = records.require(started.branchKey());
    pass.emit(
        new Effect.Start(
            started.lastAttempt(),
            started.spec(),
            Pass.view(records, branch, pass.nowMicros()),
            call.waitedMicros(pass.nowMicros())));
  }

  /**
   * Lets an outcome decide about the call that awaits it. Says whether it was the final one: then
   * the call is gone and its signal is pending at its branch.
   */
  boolean settle(Pass pass, Call call, Outcome outcome, int jitter) {
    String word = Retries.word(outcome);
    return follow(
        pass,
        withinBudget(pass, call, judge(pass, call, outcome, jitter), jitter),
        call,
        traced(pass, TraceEvent.Kind.SETTLED, call, "", word),
        outcome.mayHaveRun() ? Optional.of(Call.State.FENCED) : Optional.empty());
  }

  private Retries.Verdict judge(Pass pass, Call call, Outcome outcome, int jitter) {
    int mostBytes = records.mostPayloadBytes();
    return outcome instanceof Outcome.Success success && success.result().sizeBytes() > mostBytes
        ? Retries.tooLarge(call, success.result(), mostBytes)
        : Retries.judge(call, outcome, jitter, pass.nowMicros());
  }

  /** Where the retries of an account are used up, a retry waits as long as its policy lets it. */
  private Retries.Verdict withinBudget(Pass pass, Call call, Retries.Verdict verdict, int jitter) {
    boolean isRetry =
        verdict instanceof Retries.Verdict.Again again && again.call().tried() > call.tried();
    return isRetry && !queues.takesRetry(call.spec().account())
        ? Retries.postponed((Retries.Verdict.Again) verdict, jitter, pass.nowMicros())
        : verdict;
  }

  /**
   * Its provider had no room for it: it waits again where it waited, as if it had not left. One
   * that finds none again and again pauses besides, so that it is not in the way of those behind
   * it.
   */
  void throttled(Pass pass, Call call, Throttles.Shut shut) {
    records.put(traced(pass, TraceEvent.Kind.THROTTLED, call, "", shut.words()));
    readyAt(pass, call, CellClock.later(pass.nowMicros(), shut.pauseMicros()));
  }

  /** The slot of an attempt was freed by proof or fence; a call that waited for it goes on. */
  void slotFreed(Pass pass, Slot slot) {
    Call call = records.call(slot.attempt().call());
    if (call == null || call.attempt() != slot.attempt().number()) {
      return;
    }
    if (call.state() == Call.State.LOST) {
      follow(
          pass,
          Retries.excused(call, "lost to a take-over", pass.nowMicros()),
          call,
          records.require(call.id().invocation()),
          Optional.empty());
    } else if (call.state() == Call.State.FENCED) {
      readyAt(pass, call, call.dueMicros());
    }
  }

  /**
   * @param invocation as it is by now, which its record is not yet
   */
  private boolean follow(
      Pass pass,
      Retries.Verdict verdict,
      Call call,
      Invocation invocation,
      Optional<Call.State> held) {
    if (verdict instanceof Retries.Verdict.Final end) {
      end(pass, call, invocation, end.signal());
      return true;
    }
    records.put(invocation);
    Retries.Verdict.Again again = (Retries.Verdict.Again) verdict;
    String when = held.isPresent() ? "after its fence" : "";
    String why = again.isPostponed() ? "later: its account has used up its retries" : "";
    String words = when + (when.isEmpty() || why.isEmpty() ? "" : ", ") + why;
    records.put(traced(pass, TraceEvent.Kind.RETRY, call, "", words));
    if (held.isPresent()) {
      records.put(again.call().until(held.get(), again.dueMicros()));
    } else {
      readyAt(pass, again.call(), again.dueMicros());
    }
    return false;
  }

  private void readyAt(Pass pass, Call call, long dueMicros) {
    if (dueMicros > pass.nowMicros()) {
      Call paused = call.until(Call.State.PAUSED, dueMicros);
      records.put(paused);
      alarms.set(paused);
    } else {
      ready(pass, call);
    }
  }

  /** Queues a call again, at the place that it had, unless it is held. */
  void ready(Pass pass, Call call) {
    place(pass, call, records.require(call.id().invocation()));
  }

  /**
   * One that had failed for good is tried again, under its own name. Its last attempt may run
   * still: then it waits for the fence of that, as if it were tried again by itself.
   */
  void reopen(Pass pass, Call failed) {
    Call call = failed.afresh();
    Invocation invocation = records.require(call.id().invocation());
    records.put(invocation.withCallReopened());
    if (records.slot(call.lastAttempt()) == null) {
      ready(pass, call);
    } else {
      records.put(call.until(Call.State.FENCED, pass.nowMicros()));
    }
  }

  private void end(Pass pass, Call call, Invocation invocation, Signal signal) {
    records.remove(call);
    records.put(invocation.withCallEnded());
    records.put(records.require(call.branchKey()).signalled(signal));
    if (signal instanceof Signal.Failed failed && invocation.wantsIncidents()) {
      records.put(Incident.of(records.nextSequence(), call, failed.problem(), pass.nowMicros()));
    }
    pass.signalled(call.branchKey());
  }

  /** Another executor took over: the attempt of this slot is no longer ours (rule 11). */
  void takenOver(Pass pass, Slot slot) {
    slots.leaseFromNow(pass, slot, "its executor lost the cell");
    Call call = records.call(slot.attempt().call());
    if (call != null && call.awaits(slot.attempt())) {
      records.put(call.in(Call.State.LOST));
    }
  }

  /** Its branch has ended without it: whatever it waited for is of no use any more. */
  void abandon(Pass pass, Call call) {
    switch (call.state()) {
      case QUEUED -> queues.remove(call, pass.nowMicros());
      case PAUSED -> alarms.callOff(call);
      case IN_FLIGHT -> {
        Slot slot = records.slot(call.lastAttempt());
        if (slot != null) {
          slots.leaseFromDispatch(pass, slot, "its branch ended");
        }
        queues.breakers().unanswered(circuit(call), call.id(), pass.nowMicros());
        pass.emit(new Effect.Stop(call.lastAttempt()));
      }
      case LOST, FENCED -> {
        // Its slot is leased already, and stays so.
      }
      case HELD -> {
        // It is in no queue.
      }
    }
    records.remove(call);
    records.put(records.require(call.id().invocation()).withCallEnded());
  }

  private Circuit circuit(Call call) {
    return Circuit.of(records.require(call.id().invocation()).submission(), call.spec());
  }

  /** The invocation of a call with one more event in its trace; its record is not yet so. */
  private Invocation traced(
      Pass pass, TraceEvent.Kind kind, Call call, String executor, String detail) {
    Invocation invocation = records.require(call.id().invocation());
    return invocation.with(
        pass.event(invocation, kind, call.id().number(), call.attempt(), executor, detail));
  }
}
