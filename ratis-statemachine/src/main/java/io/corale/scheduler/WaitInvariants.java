package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks for calls that wait for nothing: dispatch is exact, so what could start has started in the
 * last entry (rule 16). What holds a call is a matter of its scope, so each scope is asked, and not
 * each call.
 */
final class WaitInvariants {
  private final Queues queues;
  private final Holds holds;
  private final long nowMicros;

  WaitInvariants(Queues queues, Holds holds, long nowMicros) {
    this.queues = queues;
    this.holds = holds;
    this.nowMicros = nowMicros;
  }

  List<String> broken() {
    List<String> broken = new ArrayList<>();
    if (holds.isOwnerHeld()) {
      return broken; // That holds all of them, where they are.
    }
    for (Queues.Desk desk : queues.desks()) {
      for (Scope<?> scope : desk.queue().scopes()) {
        if (scope.queuedHere() > 0 && Obstacles.of(scope, name -> 0, nowMicros).isEmpty()) {
          broken.add(
              "nothing holds the calls that wait in "
                  + desk.queue().account().id()
                  + "/"
                  + scope.name());
        }
      }
    }
    return broken;
  }
}
