package io.corale.scheduler.wire;

import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.scheduler.StepHandler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.Uncaught;
import io.corale.wire.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Translates transitions. */
final class TransitionCodec {
  private static final StepHandler<Log.Step, RuntimeException> WRITER = new StepCodec();

  private TransitionCodec() {}

  static Log.Transition write(Transition transition) {
    Log.Transition.Builder wire = Log.Transition.newBuilder();
    transition.uncaught().ifPresent(uncaught -> wire.setUncaught(IncidentRecords.write(uncaught)));
    for (Transition.Guard guard : transition.guards()) {
      wire.addGuards(Log.Guard.newBuilder().setBranch(guard.branch()).setStep(guard.step()));
    }
    transition.contextVersion().ifPresent(wire::setContextVersion);
    for (Step step : transition.steps()) {
      wire.addSteps(step.to(WRITER));
    }
    return wire.build();
  }

  static Log.Call write(int branch, CallSpec call) {
    return Log.Call.newBuilder()
        .setBranch(branch)
        .setFunction(call.function())
        .setImplementation(call.implementation())
        .setAccount(call.account().value())
        .setScope(call.scope())
        .setArguments(Words.write(call.arguments()))
        .setTimeoutMicros(call.timeoutMicros())
        .setRankMicros(call.rankMicros())
        .setEstimateMicros(call.estimateMicros())
        .setRetry(
            Log.Retry.newBuilder()
                .setAttempts(call.retry().attempts())
                .setFirstDelayMicros(call.retry().firstDelayMicros())
                .setMostDelayMicros(call.retry().mostDelayMicros()))
        .setPlace(call.place())
        .build();
  }

  static Transition read(Log.Transition wire) {
    List<Transition.Guard> guards = new ArrayList<>(wire.getGuardsCount());
    for (Log.Guard guard : wire.getGuardsList()) {
      guards.add(new Transition.Guard(guard.getBranch(), guard.getStep()));
    }
    List<Step> steps = new ArrayList<>(wire.getStepsCount());
    for (Log.Step step : wire.getStepsList()) {
      steps.add(read(step));
    }
    OptionalLong context =
        wire.hasContextVersion() ? OptionalLong.of(wire.getContextVersion()) : OptionalLong.empty();
    Optional<Uncaught> uncaught =
        wire.hasUncaught()
            ? Optional.of(IncidentRecords.read(wire.getUncaught()))
            : Optional.empty();
    return new Transition(guards, context, steps, uncaught);
  }

  private static Step read(Log.Step wire) {
    return switch (wire.getWhatCase()) {
      case REMEMBER -> remember(wire.getRemember());
      case CALL -> new Step.Call(wire.getCall().getBranch(), read(wire.getCall()));
      case OPEN -> new Step.Open(wire.getOpen().getParent());
      case END -> new Step.End(wire.getEnd().getBranch(), Words.read(wire.getEnd().getOutput()));
      case FAULT -> new Step.Fault(Words.read(wire.getFault().getProblem()));
      case RACE -> new Step.Race(wire.getRace().getParent());
      case SPREAD -> spread(wire.getSpread());
      case FAIL ->
          new Step.Fail(wire.getFail().getBranch(), Words.read(wire.getFail().getProblem()));
      case COMPLETE -> new Step.Complete(Words.read(wire.getComplete().getOutput()));
      case ARM ->
          new Step.Arm(
              wire.getArm().getBranch(), wire.getArm().getTimer(), wire.getArm().getMicros());
      case DISARM -> new Step.Disarm(wire.getDisarm().getBranch(), wire.getDisarm().getTimer());
      case YIELD -> new Step.Yield(wire.getYield().getBranch());
      case EXPORT -> new Step.Export(Words.read(wire.getExport().getContext()));
      case RUN -> run(wire.getRun());
      case LISTEN ->
          new Step.Listen(
              wire.getListen().getBranch(),
              wire.getListen().getEar(),
              wire.getListen().getSubscriptionsList().stream().map(Words::read).toList());
      case HEAR ->
          new Step.Hear(
              wire.getHear().getBranch(), wire.getHear().getEar(), wire.getHear().getPasses());
      case EMIT -> new Step.Emit(Words.read(wire.getEmit().getEvent()));
      case WHAT_NOT_SET -> throw new UnknownFormat("unknown step in a transition");
    };
  }

  private static Step remember(Log.Remember wire) {
    Payload state =
        wire.hasText() ? Payload.of(Words.read(wire.getText())) : Words.payload(wire.getState());
    return new Step.Remember(wire.getBranch(), state);
  }

  private static Step spread(Log.Spread wire) {
    Payload seed =
        wire.hasSeedText()
            ? Payload.of(Words.read(wire.getSeedText()))
            : Words.payload(wire.getSeed());
    List<Payload> items = Words.items(wire.getItemsList(), wire.getItemTextsList());
    return new Step.Spread(wire.getParent(), seed, items, wire.getParallelism());
  }

  private static Step run(Log.Run wire) {
    return new Step.Run(
        wire.getBranch(),
        new Transition.RunSpec(
            Words.read(wire.getComposition()),
            Words.read(wire.getInput()),
            wire.getAwaited(),
            wire.getRankMicros(),
            wire.getRestMicros(),
            wire.getPlace(),
            wire.getTried()));
  }

  static CallSpec read(Log.Call wire) {
    return new CallSpec(
        wire.getFunction(),
        wire.getImplementation(),
        new AccountId(wire.getAccount()),
        wire.getScope(),
        Words.read(wire.getArguments()),
        wire.getTimeoutMicros(),
        wire.getRankMicros(),
        wire.getEstimateMicros(),
        new Transition.Retry(
            wire.getRetry().getAttempts(),
            wire.getRetry().getFirstDelayMicros(),
            wire.getRetry().getMostDelayMicros()),
        wire.getPlace());
  }
}
