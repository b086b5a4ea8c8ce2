package io.corale.scheduler;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.List;

/** Ends invocations: once each, with everything that is still open in them. */
final class Endings {
  private final Records records;
  private final Branches branches;
  private final Calls calls;
  private final Flows flows;
  private final Receipts receipts;

  Endings(Records records, Branches branches, Calls calls, Flows flows, Receipts receipts) {
    this.records = records;
    this.branches = branches;
    this.calls = calls;
    this.flows = flows;
    this.receipts = receipts;
  }

  void fault(Pass pass, InvocationId id, Problem problem) {
    end(pass, id, new Ending.Faulted(problem));
  }

  void end(Pass pass, InvocationId id, Ending how) {
    dropBranches(pass, id);
    Invocation living = records.require(id);
    flows.subtract(living.submission().flow(), living.submission().rankMicros());
    Invocation traced = living.with(pass.event(living, TraceEvent.Kind.ENDED, word(how)));
    Invocation ended = traced.ended(new Invocation.Ended(how, pass.nowMicros()));
    records.put(ended);
    receipts.keep(ended);
    pass.emit(new Effect.Answer(id, how));
  }

  private void dropBranches(Pass pass, InvocationId id) {
    Branch root = records.branch(new Branch.Key(id, 0));
    List<Branch> doomed = new ArrayList<>();
    if (root != null) {
      doomed.add(root);
    }
    while (!doomed.isEmpty()) {
      Branch next = doomed.remove(doomed.size() - 1);
      doomed.addAll(records.children(next));
      records.callOf(next).ifPresent(call -> calls.abandon(pass, call));
      branches.remove(next);
    }
  }

  private static String word(Ending how) {
    if (how instanceof Ending.Faulted faulted) {
      return "faulted: " + faulted.problem().title() + " " + faulted.problem().detail();
    }
    return how instanceof Ending.Cancelled cancelled
        ? "cancelled: " + cancelled.reason()
        : "completed";
  }
}
