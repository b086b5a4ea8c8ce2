package io.corale.scheduler;

import io.corale.model.Outcome;

/**
 * Draws the conclusions from implementations that do not answer (ADR 34): after some failures in a
 * row their calls wait, but for one at a time that is let through, until one of them is answered.
 *
 * <p>A function that ran to its end and reported an error has answered. What was throttled or never
 * sent says nothing of either. Only what came of awaited attempts counts: of the others it is not
 * known any more what they called.
 */
final class Outages {
  private final Records records;
  private final Queues queues;
  private boolean isWatching;

  Outages(Records records, Queues queues) {
    this.records = records;
    this.queues = queues;
  }

  /** The log has a format by now in which breakers open. */
  void watch() {
    isWatching = true;
  }

  /** This came of the last attempt of a call, which is still to hear of it. */
  void learn(Pass pass, Call call, Outcome outcome) {
    if (!isWatching) {
      return;
    }
    Invocation invocation = records.require(call.id().invocation());
    Circuit circuit = Circuit.of(invocation.submission(), call.spec());
    if (outcome instanceof Outcome.Success || outcome instanceof Outcome.FunctionError) {
      if (queues.answered(circuit)) {
        trace(pass, TraceEvent.Kind.RESTORED, call, circuit.words() + " answers again");
      }
    } else if (outcome instanceof Outcome.Unavailable || outcome instanceof Outcome.TimedOut) {
      queues
          .failed(circuit, call.id(), pass.nowMicros())
          .ifPresent(opened -> trace(pass, TraceEvent.Kind.BROKEN_OFF, call, words(opened)));
    } else {
      queues.breakers().unanswered(circuit, call.id(), pass.nowMicros());
    }
  }

  private static String words(Breaker opened) {
    return opened.circuit().words()
        + " does not answer, and is left alone for "
        + opened.pauseMicros() / 1_000
        + " ms";
  }

  private void trace(Pass pass, TraceEvent.Kind kind, Call call, String detail) {
    Invocation invocation = records.require(call.id().invocation());
    records.put(
        invocation.with(
            pass.event(invocation, kind, call.id().number(), call.attempt(), "", detail)));
  }
}
