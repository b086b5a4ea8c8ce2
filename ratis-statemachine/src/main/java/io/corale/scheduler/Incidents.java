package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
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
  private final Receipts receipts;

  Incidents(Records records, Receipts receipts) {
    this.records = records;
    this.receipts = receipts;
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
      records.put(incident.opened(pass.nowMicros()));
    }
    String words =
        shortage
            .map(why -> "not kept for a person: " + why)
            .orElseGet(() -> "number " + incident.number() + " waits for a person");
    trace(pass, incident, TraceEvent.Kind.INCIDENT, words);
    return shortage.isEmpty();
  }

  /** Its failure ends one branch, and that has called. */
  private Optional<Incident> candidate(Invocation invocation, Transition transition) {
    List<Transition.Guard> guards = transition.guards();
    return transition.isUncaught() && guards.size() == 1
        ? Optional.ofNullable(
                records.incident(new Branch.Key(invocation.id(), guards.get(0).branch())))
            .filter(incident -> incident.stage() == Incident.Stage.CANDIDATE)
        : Optional.empty();
  }

  private Optional<String> shortage() {
    return records.openIncidents() >= receipts.mostIncidents()
        ? Optional.of(records.openIncidents() + " incidents are open, the most that are kept")
        : receipts.shortageOfMemory().map(Refusal::message);
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
