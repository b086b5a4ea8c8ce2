package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;

/**
 * Keeps failed calls for a person where nothing else deals with them (ADR 39): a branch that would
 * end by the failure of its call stands still instead, as it is, with the failure pending.
 *
 * <p>That happens at the branch that has called, before its siblings end for its failure: later
 * there would be nothing left to go on from.
 */
final class Incidents {
  private final Records records;
  private final Branches branches;
  private final Receipts receipts;
  private final Uploads uploads;

  Incidents(Records records, Branches branches, Receipts receipts, Uploads uploads) {
    this.records = records;
    this.branches = branches;
    this.receipts = receipts;
    this.uploads = uploads;
  }

  /**
   * Whether what a transition wants waits for a person. Where it cannot, for want of room, the
   * trace says so.
   */
  boolean keeps(Pass pass, Invocation invocation, Transition transition) {
    Incident incident = candidate(invocation, transition).orElse(null);
    if (incident == null) {
      return false;
    }
    Optional<String> shortage = shortage();
    if (shortage.isEmpty()) {
      open(pass, incident, transition.uncaught().orElseThrow());
    }
    String words =
        shortage
            .map(why -> "not kept for a person: " + why)
            .orElseGet(() -> "number " + incident.number() + " waits for a person");
    trace(pass, incident, TraceEvent.Kind.INCIDENT, words);
    return shortage.isEmpty();
  }

  /** The limits of what its failure has left go; others may end the wait. */
  private void open(Pass pass, Incident incident, Uncaught uncaught) {
    Branch branch = records.require(incident.branchKey());
    Waiting waiting = branch.waiting();
    for (int timer : uncaught.over()) {
      waiting = waiting.without(timer);
    }
    branches.put(branch.now(waiting));
    records.put(incident.opened(pass.nowMicros(), uncaught.isAnew()));
  }

  /** Its failure ends one branch, and that has called. */
  private Optional<Incident> candidate(Invocation invocation, Transition transition) {
    List<Transition.Guard> guards = transition.guards();
    return transition.isUncaught() && guards.size() == 1 && endsForFailure(transition)
        ? Optional.ofNullable(
                records.incident(new Branch.Key(invocation.id(), guards.get(0).branch())))
            .filter(incident -> incident.stage() == Incident.Stage.CANDIDATE)
        : Optional.empty();
  }

  private static boolean endsForFailure(Transition transition) {
    List<Step> steps = transition.steps();
    return !steps.isEmpty()
        && (steps.get(steps.size() - 1) instanceof Step.Fail
            || steps.get(steps.size() - 1) instanceof Step.Fault);
  }

  private Optional<String> shortage() {
    return records.openIncidents() >= receipts.mostIncidents()
        ? Optional.of(records.openIncidents() + " incidents are open, the most that are kept")
        : receipts.shortageForWhatWaits().or(uploads::shortage).map(Refusal::message);
  }

  /** The failure of this number that waits in an invocation, whatever for. */
  Optional<Incident> find(InvocationId invocation, long number) {
    for (Incident incident : records.incidents()) {
      if (incident.number() == number && incident.branchKey().invocation().equals(invocation)) {
        return Optional.of(incident);
      }
    }
    return Optional.empty();
  }

  /** Notes in the trace of its invocation what became of one. */
  void trace(Pass pass, Incident incident, TraceEvent.Kind kind, String words) {
    Call call = incident.call();
    Invocation invocation = records.require(call.id().invocation());
    records.put(
        invocation.with(
            pass.event(invocation, kind, call.id().number(), call.attempt(), "", words)));
  }
}
