package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;

/** Applies transitions: checks all of one purely, then writes all or nothing (rule 18). */
final class Transitions {
  private final Records records;
  private final Queues queues;
  private final Calls calls;
  private final Endings endings;

  Transitions(Records records, Queues queues, Calls calls, Endings endings) {
    this.records = records;
    this.queues = queues;
    this.calls = calls;
    this.endings = endings;
  }

  /** What came of a transition. */
  enum Verdict {
    APPLIED,
    /** A guard did not hold; nothing was written. */
    STALE,
    /** It made no sense; the invocation has faulted. */
    FAULTED
  }

  /** Applies the transition of a living invocation. */
  Verdict apply(Pass pass, Invocation invocation, Transition transition) {
    Draft draft = new Draft(records, invocation);
    return draft.guard(transition.guards())
        ? carryOut(pass, invocation, transition, draft)
        : Verdict.STALE;
  }

  /** Applies the first transition of an invocation that was just recorded. */
  Verdict begin(Pass pass, Invocation invocation, Branch root, Transition transition) {
    Draft draft = new Draft(records, invocation).withRoot(root);
    if (!draft.guard(transition.guards())) {
      endings.fault(
          pass,
          invocation.id(),
          Problem.configuration("the first transition guards what is not there", ""));
      return Verdict.FAULTED;
    }
    return carryOut(pass, invocation, transition, draft);
  }

  private Verdict carryOut(Pass pass, Invocation invocation, Transition transition, Draft draft) {
    try {
      write(transition, draft);
    } catch (Draft.Faulty faulty) {
      endings.fault(pass, invocation.id(), faulty.problem());
      return Verdict.FAULTED;
    }
    draft.commit(pass);
    draft.abandoned().forEach(call -> calls.abandon(pass, call));
    for (Draft.NewCall call : draft.calls()) {
      calls.open(pass, Call.opened(call.id(), call.branch(), call.spec(), records.nextSequence()));
    }
    draft.ending().ifPresent(how -> endings.end(pass, invocation.id(), how));
    return Verdict.APPLIED;
  }

  private void write(Transition transition, Draft draft) throws Draft.Faulty {
    long sizeBytes = 0;
    for (Step step : transition.steps()) {
      if (draft.ending().isPresent()) {
        throw new Draft.Faulty(
            Problem.configuration("a step follows the end of the invocation", ""));
      }
      sizeBytes += write(step, draft);
      if (sizeBytes > Transition.MAX_BYTES) {
        throw new Draft.Faulty(
            Problem.validation(
                "a transition carries more than " + Transition.MAX_BYTES + " bytes", ""));
      }
    }
    draft.requireProgress();
  }

  /** Writes one step; says how many bytes it carries. */
  private long write(Step step, Draft draft) throws Draft.Faulty {
    if (step instanceof Step.Remember remember) {
      draft.remember(remember.branch(), remember.state());
      return remember.state().sizeBytes();
    }
    if (step instanceof Step.Call call) {
      requireCallable(call.call());
      draft.call(call.branch(), call.call());
      return call.call().arguments().sizeBytes();
    }
    if (step instanceof Step.Open open) {
      draft.open(open.parent());
      return 0;
    }
    if (step instanceof Step.End end) {
      requireInline(end.output(), "output", "");
      draft.end(end.branch(), end.output());
      return end.output().sizeBytes();
    }
    if (step instanceof Step.Fault fault) {
      draft.fault(fault.problem());
      return 0;
    }
    throw new Draft.Faulty(
        Problem.configuration(
            "a step " + step.getClass().getSimpleName() + " cannot be applied yet", ""));
  }

  private void requireCallable(Transition.CallSpec spec) throws Draft.Faulty {
    requireInline(spec.arguments(), "arguments", spec.place());
    String lack = queues.lack(spec).orElse("");
    if (!lack.isEmpty()) {
      throw new Draft.Faulty(Problem.configuration(lack, spec.place()));
    }
  }

  private static void requireInline(Payload payload, String what, String place)
      throws Draft.Faulty {
    if (!payload.fitsInline()) {
      throw new Draft.Faulty(
          Problem.validation(
              what
                  + " of "
                  + payload.sizeBytes()
                  + " bytes, at most "
                  + Payload.MAX_INLINE_BYTES
                  + " are kept",
              place));
    }
  }
}
