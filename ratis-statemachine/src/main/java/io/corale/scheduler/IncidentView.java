package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.model.Problem;

/**
 * A call that has failed for good and waits for a person (ADR 39): an immutable copy that any
 * thread may hold.
 *
 * @param attempts how many it had, those that did not count among them
 * @param task JSON pointer of its task
 * @param micros for how long it waits, in cell time
 */
public record IncidentView(
    long number,
    CallId call,
    CompositionRef composition,
    int attempts,
    String function,
    String implementation,
    String task,
    AccountId account,
    String scope,
    Problem problem,
    long micros,
    Payload arguments) {
  static IncidentView of(Incident incident, Invocation invocation, long nowMicros) {
    Call call = incident.call();
    Transition.CallSpec spec = call.spec();
    return new IncidentView(
        incident.number(),
        call.id(),
        invocation.submission().composition(),
        call.attempt(),
        spec.function(),
        spec.implementation(),
        spec.place(),
        spec.account(),
        spec.scope(),
        incident.problem(),
        nowMicros - incident.sinceMicros(),
        spec.arguments());
  }
}
