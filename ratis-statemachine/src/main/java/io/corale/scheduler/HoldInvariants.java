package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks for what waits in a queue though it is held, and for what is held by nothing (ADR 32). */
final class HoldInvariants {
  private final Records records;
  private final Holds holds;
  private final List<String> broken = new ArrayList<>();

  HoldInvariants(Records records, Holds holds) {
    this.records = records;
    this.holds = holds;
  }

  List<String> broken() {
    int held = 0;
    for (Call call : records.calls()) {
      boolean isHeld = call.state() == Call.State.HELD;
      held += isHeld ? 1 : 0;
      Invocation invocation = records.invocation(call.id().invocation());
      boolean isToBe = invocation != null && holds.holds(invocation);
      check(
          isToBe ? call.state() != Call.State.QUEUED : !isHeld,
          () -> call.id() + " is " + call.state() + (isToBe ? ", and held" : ", held by nothing"));
    }
    int counted = held;
    check(
        counted == records.heldCalls(),
        () -> counted + " calls are held, counted were " + records.heldCalls());
    for (Invocation invocation : records.invocations()) {
      check(
          invocation.isLive() || invocation.held().isEmpty(),
          () -> invocation.id() + " has ended and is held");
    }
    return broken;
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
