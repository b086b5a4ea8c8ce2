package io.corale.scheduler.wire;

import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Controlled;
import io.corale.scheduler.Held;
import io.corale.scheduler.Image;
import io.corale.wire.Common;
import io.corale.wire.Log;
import io.corale.wire.Snapshots;
import java.util.Optional;
import java.util.OptionalLong;

/** Translates what is held, and priorities that change (ADR 32). */
final class ControlCodec {
  private ControlCodec() {}

  static Log.Hold write(Command.Hold hold) {
    Log.Hold.Builder wire =
        Log.Hold.newBuilder()
            .setHeld(hold.isHeld())
            .setBy(hold.by())
            .setReason(hold.reason())
            .setUntilMicros(hold.untilMicros());
    if (hold.target() instanceof Target.OfInvocation of) {
      wire.setInvocation(of.invocation().value());
    } else if (hold.target() instanceof Target.OfComposition of) {
      wire.setComposition(of.name());
    } else {
      wire.setOwner(Log.Hold.Owner.getDefaultInstance());
    }
    return wire.build();
  }

  static Command.Hold read(Log.Hold wire) {
    Target target =
        switch (wire.getTargetCase()) {
          case INVOCATION -> new Target.OfInvocation(new InvocationId(wire.getInvocation()));
          case COMPOSITION -> new Target.OfComposition(wire.getComposition());
          case OWNER -> new Target.OfOwner();
          case TARGET_NOT_SET -> throw new UnknownFormat("a hold of an unknown target");
        };
    return new Command.Hold(
        target, wire.getHeld(), wire.getBy(), wire.getReason(), wire.getUntilMicros());
  }

  static Log.Prioritize write(Command.Prioritize prioritize) {
    Log.Prioritize.Builder wire =
        Log.Prioritize.newBuilder()
            .setInvocation(prioritize.invocation().value())
            .setDeadlineMicros(prioritize.deadlineMicros().orElse(0))
            .setBy(prioritize.by())
            .setUntilMicros(prioritize.untilMicros());
    prioritize.serviceClass().ifPresent(its -> wire.setServiceClass(Words.write(its)));
    return wire.build();
  }

  static Command.Prioritize read(Log.Prioritize wire) {
    Optional<ServiceClass> serviceClass =
        wire.getServiceClass() == Common.ServiceClass.SERVICE_CLASS_UNSPECIFIED
            ? Optional.empty()
            : Optional.of(Words.read(wire.getServiceClass()));
    OptionalLong deadline =
        wire.getDeadlineMicros() == 0
            ? OptionalLong.empty()
            : OptionalLong.of(wire.getDeadlineMicros());
    return new Command.Prioritize(
        new InvocationId(wire.getInvocation()),
        serviceClass,
        deadline,
        wire.getBy(),
        wire.getUntilMicros());
  }

  static Snapshots.Hold write(Image.Hold hold) {
    return Snapshots.Hold.newBuilder()
        .setComposition(hold.composition().orElse(""))
        .setHeld(write(hold.held()))
        .build();
  }

  static Snapshots.Controlled write(Controlled controlled) {
    return Snapshots.Controlled.newBuilder()
        .setUntilMicros(controlled.untilMicros())
        .setDone(controlled.isDone())
        .build();
  }

  /** One that is absent is {@link Controlled#NONE}. */
  static Controlled read(Snapshots.Controlled wire) {
    return new Controlled(wire.getUntilMicros(), wire.getDone());
  }

  static Image.Hold read(Snapshots.Hold wire) {
    return new Image.Hold(Words.optional(wire.getComposition()), read(wire.getHeld()));
  }

  static Snapshots.Held write(Held held) {
    return Snapshots.Held.newBuilder()
        .setSinceMicros(held.sinceMicros())
        .setBy(held.by())
        .setReason(held.reason())
        .build();
  }

  static Held read(Snapshots.Held wire) {
    return new Held(wire.getSinceMicros(), wire.getBy(), wire.getReason());
  }
}
