package io.corale.deploy.demo;

import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;

/**
 * An attempt of which nobody knew for a while whether it ran, and how the cell came to know. Pure.
 *
 * @param why the slot was leased
 * @param how the slot became free again
 * @param retried whether the call was sent again
 */
record Doubt(
    String invocation, String function, int attempt, String why, String how, boolean retried) {
  /** Every doubt in these traces, in their order. */
  static List<Doubt> of(List<Door.TraceReport> traces) {
    List<Doubt> doubts = new ArrayList<>();
    for (Door.TraceReport trace : traces) {
      for (Door.TraceEvent event : trace.getEventsList()) {
        if (event.getKind() == Door.TraceEvent.Kind.LEASED) {
          doubts.add(of(trace, event));
        }
      }
    }
    return doubts;
  }

  private static Doubt of(Door.TraceReport trace, Door.TraceEvent leased) {
    String how = "";
    String function = leased.getFunction();
    boolean retried = false;
    for (Door.TraceEvent event : trace.getEventsList()) {
      if (event.getCall() == leased.getCall()) {
        if (function.isEmpty()) {
          function = event.getFunction();
        }
        boolean isSame = event.getAttempt() == leased.getAttempt();
        if (isSame && event.getKind() == Door.TraceEvent.Kind.FREED) {
          how = event.getDetail();
        }
        retried |=
            event.getKind() == Door.TraceEvent.Kind.STARTED
                && event.getAttempt() > leased.getAttempt();
      }
    }
    return new Doubt(
        trace.getStatus().getInvocation(),
        function,
        leased.getAttempt(),
        leased.getDetail(),
        how,
        retried);
  }

  /** In one line for a person. */
  String line() {
    return invocation
        + " "
        + function
        + " attempt "
        + attempt
        + ": leased ("
        + why
        + "), freed ("
        + how
        + "), "
        + (retried ? "ran again" : "its result was taken, not run again");
  }
}
