package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.ServiceClass;

/**
 * A call that is ready to start, with all by which it is queued.
 *
 * @param sizeBytes what it weighs while it waits (ADR 33)
 * @param queuedMicros cell time since which it waits; 0 where that is not known
 * @param attempt the number of its next attempt, whatever came of the others
 * @param isTriedAgain whether it is tried again if its next attempt fails
 */
record Ready(
    CallId call,
    Circuit circuit,
    long deadlineMicros,
    long rankMicros,
    long sequence,
    long sizeBytes,
    long queuedMicros,
    int attempt,
    boolean isTriedAgain)
    implements Numbered {
  static Ready of(Invocation.Submission submission, Call call) {
    long rank = call.spec().rankMicros();
    long deadline = submission.deadlineMicros();
    if (submission.serviceClass() == ServiceClass.URGENT) {
      // The same latest start time; without rank it is urgent once that has passed.
      deadline = Math.max(deadline - rank, 0);
      rank = 0;
    }
    return new Ready(
        call.id(),
        Circuit.of(submission, call.spec()),
        deadline,
        rank,
        call.sequence(),
        call.sizeBytes(),
        call.queuedMicros(),
        call.attempt(),
        call.tried() + 1 < call.spec().retry().attempts());
  }
}
