package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.ServiceClass;

/**
 * A call that is ready to start, with all by which it is queued.
 *
 * @param sizeBytes what it weighs while it waits (ADR 33)
 * @param tried attempts that count against its retry policy
 * @param isTriedAgain whether it is tried again if its next attempt fails
 */
record Ready(
    CallId call,
    Circuit circuit,
    long deadlineMicros,
    long rankMicros,
    long sequence,
    long sizeBytes,
    int tried,
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
        call.tried(),
        call.tried() + 1 < call.spec().retry().attempts());
  }
}
