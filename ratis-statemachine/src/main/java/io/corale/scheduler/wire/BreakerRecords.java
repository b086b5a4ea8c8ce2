package io.corale.scheduler.wire;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.Circuit;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates the records of a snapshot about implementations that have failed lately. */
final class BreakerRecords {
  private BreakerRecords() {}

  static Snapshots.Breaker write(Breaker breaker) {
    Circuit circuit = breaker.circuit();
    Snapshots.Breaker.Builder wire =
        Snapshots.Breaker.newBuilder()
            .setAccount(circuit.account().value())
            .setScope(circuit.scope())
            .setComposition(circuit.composition())
            .setFunction(circuit.function())
            .setImplementation(circuit.implementation())
            .setFailures(breaker.failures())
            .setPauseMicros(breaker.pauseMicros())
            .setUntilMicros(breaker.untilMicros())
            .setRisksAny(breaker.risksAny());
    breaker
        .probe()
        .ifPresent(call -> wire.setProbe(call.invocation().value()).setProbeNumber(call.number()));
    breaker
        .failedAlone()
        .ifPresent(
            call ->
                wire.setFailedAlone(call.invocation().value()).setFailedAloneNumber(call.number()));
    return wire.build();
  }

  static Breaker read(Snapshots.Breaker wire) {
    Circuit circuit =
        new Circuit(
            new AccountId(wire.getAccount()),
            wire.getScope(),
            wire.getComposition(),
            wire.getFunction(),
            wire.getImplementation());
    return new Breaker(
        circuit,
        wire.getFailures(),
        call(wire.getFailedAlone(), wire.getFailedAloneNumber()),
        wire.getPauseMicros(),
        wire.getUntilMicros(),
        call(wire.getProbe(), wire.getProbeNumber()),
        wire.getRisksAny());
  }

  private static Optional<CallId> call(String invocation, long number) {
    return Words.optional(invocation).map(id -> new CallId(new InvocationId(id), number));
  }
}
