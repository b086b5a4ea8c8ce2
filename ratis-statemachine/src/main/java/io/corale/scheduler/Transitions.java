package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;

/** Applies transitions: checks all of one purely, then writes all or nothing (rule 18). */
final class Transitions {
  private final Records records;
  private final Branches branches;
  private final Queues queues;
  private final Calls calls;
  private final Runs runs;
  private final Endings endings;
  private final Announcements announcements;
  private final Incidents incidents;
  private final Deadlines deadlines;

  Transitions(
      Records records,
      Branches branches,
      Queues queues,
      Followers followers,
      Endings endings,
      Incidents incidents) {
    this.records = records;
    this.branches = branches;
    this.queues = queues;
    this.calls = followers.calls;
    this.runs = followers.runs;
    this.announcements = followers.announcements;
    this.endings = endings;
    this.incidents = incidents;
    this.deadlines = new Deadlines(records);
  }

  /** What a transition may begin. */
  record Followers(Calls calls, Runs runs, Announcements announcements) {}

  /** What came of a transition. */
  enum Verdict {
    APPLIED,
    /** A guard did not hold; nothing was written. */
    STALE,
    /** What fails waits for a person; nothing was written but that. */
    KEPT,
    /** It made no sense; the invocation has faulted. */
    FAULTED
  }

  /**
   * Applies the transition of a living invocation.
   *
   * @param invocation as it was until what leads to the transition, of which only calls have ended
   */
  Verdict apply(Pass pass, Invocation invocation, Transition transition) {
    Draft draft = new Draft(pass, records, runs, invocation);
    return draft.guard(transition) ? carryOut(pass, invocation, transition, draft) : Verdict.STALE;
  }

  /** Applies the first transition of an invocation that was just recorded. */
  Verdict begin(Pass pass, Invocation invocation, Branch root, Transition transition) {
    Draft draft = new Draft(pass, records, runs, invocation).withRoot(root);
    if (!draft.guard(transition)) {
      endings.fault(
          pass,
          invocation.id(),
          Problem.configuration("the first transition guards what is not there", ""));
      return Verdict.FAULTED;
    }
    return carryOut(pass, invocation, transition, draft);
  }

  private Verdict carryOut(Pass pass, Invocation invocation, Transition transition, Draft draft) {
    // What is kept is as good as not written: that may be the end of thousands of branches.
    if (incidents.keeps(pass, invocation, transition)) {
      return Verdict.KEPT;
    }
    try {
      write(transition, draft);
    } catch (Faulty faulty) {
      endings.fault(pass, invocation.id(), faulty.problem());
      return Verdict.FAULTED;
    }
    commit(pass, invocation, draft);
    return Verdict.APPLIED;
  }

  /**
   * Has a branch make this call in the place of one that has failed, under a name of its own; its
   * account has the scope, and its arguments are kept.
   */
  void callInstead(Pass pass, Branch.Key key, CallSpec call) {
    Invocation invocation = records.require(key.invocation());
    Draft draft = new Draft(pass, records, runs, invocation).with(records.require(key));
    try {
      new StepWriter(records, queues, draft).on(new Step.Call(key.number(), call));
    } catch (Faulty faulty) {
      throw new IllegalStateException("a branch that has called cannot call again", faulty);
    }
    commit(pass, invocation, draft);
  }

  private void write(Transition transition, Draft draft) throws Faulty {
    StepWriter writer = new StepWriter(records, queues, draft);
    requireTextsFit(transition);
    long sizeBytes = 0;
    for (Step step : transition.steps()) {
      if (draft.ending().isPresent()) {
        throw Faulty.senseless("a step follows the end of the invocation");
      }
      sizeBytes += step.to(writer);
      if (sizeBytes > Transition.MAX_BYTES) {
        throw Faulty.tooMuch(
            "a transition carries more than " + Transition.MAX_BYTES + " bytes", "");
      }
    }
    draft.requireProgress();
  }

  private void requireTextsFit(Transition transition) throws Faulty {
    if (!records.texts().areKept()) {
      return;
    }
    long sizeBytes = CommandTexts.of(transition).stream().mapToLong(Payload::sizeBytes).sum();
    if (sizeBytes > Transition.MAX_TEXT_BYTES) {
      throw Faulty.tooMuch(
          "a transition carries large payloads of "
              + sizeBytes
              + " bytes together, at most "
              + Transition.MAX_TEXT_BYTES
              + " are kept",
          "");
    }
  }

  private void commit(Pass pass, Invocation invocation, Draft draft) {
    draft.unheard().ifPresent(hearing -> deadlines.waited(pass, invocation, hearing));
    draft.commit(branches);
    draft.taken().forEach(event -> announcements.taken(pass, invocation.id(), event));
    announcements.tellNews(pass); // It has begun before it says anything.
    draft.abandoned().forEach(call -> calls.abandon(pass, call));
    for (Tree.NewCall call : draft.calls()) {
      calls.open(pass, Call.opened(call.id(), call.branch(), call.spec(), records.nextSequence()));
    }
    for (Tree.NewRun run : draft.runs()) {
      runs.begin(pass, records.require(invocation.id()), run);
    }
    for (InvocationId orphan : draft.orphans()) {
      endings.cancel(pass, orphan, "invocation " + invocation.id() + " waits for it no more");
    }
    draft.ending().ifPresent(how -> endings.end(pass, invocation.id(), how));
    Invocation.Descent of = invocation.submission().descent();
    draft.emitted().forEach(event -> announcements.emit(pass, event, of));
  }

  /** A timer of a branch is due; its alarm is taken out already. */
  void elapse(Pass pass, Alarms.Due.Elapsed due) {
    branches.wentOff(records.require(due.branch()), due.timer());
    Invocation invocation = records.require(due.branch().invocation());
    Draft draft = new Draft(pass, records, runs, invocation);
    draft.elapse(due.branch().number(), due.timer());
    commit(pass, invocation, draft);
  }
}
