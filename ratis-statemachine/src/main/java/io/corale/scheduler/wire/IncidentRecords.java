package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Uncaught;
import io.corale.wire.Log;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates failures that wait for a person, and what that person says (ADR 39). */
final class IncidentRecords {
  private IncidentRecords() {}

  static Snapshots.Incident write(Incident incident) {
    return Snapshots.Incident.newBuilder()
        .setNumber(incident.number())
        .setCall(SnapshotRecords.write(incident.call()))
        .setProblem(Words.write(incident.problem()))
        .setSinceMicros(incident.sinceMicros())
        .setAnew(incident.isAnew())
        .setStage(
            switch (incident.stage()) {
              case CANDIDATE -> Snapshots.Incident.Stage.CANDIDATE;
              case OPEN -> Snapshots.Incident.Stage.OPEN;
              case GIVEN_UP -> Snapshots.Incident.Stage.GIVEN_UP;
            })
        .build();
  }

  static Incident read(Snapshots.Incident wire) {
    return new Incident(
        wire.getNumber(),
        SnapshotRecords.read(wire.getCall()),
        Words.read(wire.getProblem()),
        wire.getSinceMicros(),
        switch (wire.getStage()) {
          case CANDIDATE -> Incident.Stage.CANDIDATE;
          case OPEN -> Incident.Stage.OPEN;
          case GIVEN_UP -> Incident.Stage.GIVEN_UP;
          case STAGE_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnknownFormat("unknown stage of an incident: " + wire.getStageValue());
        },
        wire.getAnew());
  }

  static Log.Uncaught write(Uncaught uncaught) {
    return Log.Uncaught.newBuilder().addAllOver(uncaught.over()).setAnew(uncaught.isAnew()).build();
  }

  static Uncaught read(Log.Uncaught wire) {
    return new Uncaught(wire.getOverList(), wire.getAnew());
  }

  static Log.Resolve write(Command.Resolve resolve) {
    Log.Resolve.Builder wire =
        Log.Resolve.newBuilder()
            .setInvocation(resolve.invocation().value())
            .setIncident(resolve.incident())
            .setBy(resolve.by())
            .setUntilMicros(resolve.untilMicros());
    if (resolve.what() instanceof Resolution.Retry retry) {
      Log.Resolve.Retry.Builder again = Log.Resolve.Retry.newBuilder();
      retry.arguments().ifPresent(arguments -> again.setArguments(Words.write(arguments)));
      wire.setRetry(again);
    } else {
      wire.setGiveUp(Log.Resolve.GiveUp.getDefaultInstance());
    }
    return wire.build();
  }

  static Command.Resolve read(Log.Resolve wire) {
    Resolution what =
        switch (wire.getWhatCase()) {
          case RETRY -> new Resolution.Retry(arguments(wire.getRetry()));
          case GIVE_UP -> new Resolution.GiveUp();
          case WHAT_NOT_SET -> throw new UnknownFormat("an unknown resolution of an incident");
        };
    return new Command.Resolve(
        new InvocationId(wire.getInvocation()),
        wire.getIncident(),
        what,
        wire.getBy(),
        wire.getUntilMicros());
  }

  private static Optional<Payload> arguments(Log.Resolve.Retry wire) {
    return wire.hasArguments() ? Optional.of(Words.read(wire.getArguments())) : Optional.empty();
  }
}
