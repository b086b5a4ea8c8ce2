package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;

/** Looks for incidents of which no branch knows, or that are counted wrongly (ADR 39). */
final class IncidentInvariants {
  private final Records records;
  private final List<String> broken = new ArrayList<>();

  IncidentInvariants(Records records) {
    this.records = records;
  }

  List<String> broken() {
    int open = 0;
    for (Incident incident : records.incidents()) {
      open += incident.isOpen() ? 1 : 0;
      check(incident);
    }
    if (open != records.openIncidents()) {
      broken.add(open + " incidents are open, counted were " + records.openIncidents());
    }
    return broken;
  }

  private void check(Incident incident) {
    Branch branch = records.branch(incident.branchKey());
    Invocation invocation = records.invocation(incident.branchKey().invocation());
    check(
        invocation != null && invocation.isLive() && invocation.wantsIncidents(),
        incident,
        "is of an invocation that wants none, or has ended");
    check(
        branch != null
            && branch.pending().orElse(null) instanceof Signal.Failed failed
            && failed.problem().equals(incident.problem()),
        incident,
        "is not why its branch has failed");
    check(records.call(incident.call().id()) == null, incident, "is of a call that has not ended");
    check(
        incident.number() <= records.lastSequence(), incident, "has a number that others may get");
  }

  private void check(boolean holds, Incident incident, String violation) {
    if (!holds) {
      broken.add("incident " + incident.number() + " of " + incident.call().id() + " " + violation);
    }
  }
}
