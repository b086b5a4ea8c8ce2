package io.corale.scheduler.wire;

import io.corale.model.Payload;
import io.corale.scheduler.StepHandler;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.wire.Log;

/** Writes steps; {@link TransitionCodec} reads them. */
final class StepCodec implements StepHandler<Log.Step, RuntimeException> {
  @Override
  public Log.Step on(Step.Remember step) {
    Log.Remember.Builder wire =
        Log.Remember.newBuilder().setBranch(step.branch()).setState(Words.bytes(step.state()));
    if (step.state().isReference()) {
      wire.setText(Words.write(step.state().reference()));
    }
    return step().setRemember(wire).build();
  }

  @Override
  public Log.Step on(Step.Call step) {
    return step().setCall(TransitionCodec.write(step.branch(), step.call())).build();
  }

  @Override
  public Log.Step on(Step.Open step) {
    return step().setOpen(Log.Open.newBuilder().setParent(step.parent())).build();
  }

  @Override
  public Log.Step on(Step.Race step) {
    return step().setRace(Log.Race.newBuilder().setParent(step.parent())).build();
  }

  @Override
  public Log.Step on(Step.Spread step) {
    Log.Spread.Builder wire =
        Log.Spread.newBuilder()
            .setParent(step.parent())
            .setSeed(Words.bytes(step.seed()))
            .setParallelism(step.parallelism());
    if (step.seed().isReference()) {
      wire.setSeedText(Words.write(step.seed().reference()));
    }
    for (Payload item : step.items()) {
      wire.addItems(Words.bytes(item));
      if (item.isReference()) {
        wire.addItemTexts(Words.write(item.reference()));
      }
    }
    return step().setSpread(wire).build();
  }

  @Override
  public Log.Step on(Step.End step) {
    return step()
        .setEnd(Log.End.newBuilder().setBranch(step.branch()).setOutput(Words.write(step.output())))
        .build();
  }

  @Override
  public Log.Step on(Step.Fail step) {
    return step()
        .setFail(
            Log.Fail.newBuilder().setBranch(step.branch()).setProblem(Words.write(step.problem())))
        .build();
  }

  @Override
  public Log.Step on(Step.Complete step) {
    return step()
        .setComplete(Log.Complete.newBuilder().setOutput(Words.write(step.output())))
        .build();
  }

  @Override
  public Log.Step on(Step.Fault step) {
    return step().setFault(Log.Fault.newBuilder().setProblem(Words.write(step.problem()))).build();
  }

  @Override
  public Log.Step on(Step.Arm step) {
    return step()
        .setArm(
            Log.Arm.newBuilder()
                .setBranch(step.branch())
                .setTimer(step.timer())
                .setMicros(step.micros()))
        .build();
  }

  @Override
  public Log.Step on(Step.Disarm step) {
    return step()
        .setDisarm(Log.Disarm.newBuilder().setBranch(step.branch()).setTimer(step.timer()))
        .build();
  }

  @Override
  public Log.Step on(Step.Yield step) {
    return step().setYield(Log.Yield.newBuilder().setBranch(step.branch())).build();
  }

  @Override
  public Log.Step on(Step.Export step) {
    return step()
        .setExport(Log.Export.newBuilder().setContext(Words.write(step.context())))
        .build();
  }

  @Override
  public Log.Step on(Step.Run step) {
    RunSpec run = step.run();
    return step()
        .setRun(
            Log.Run.newBuilder()
                .setBranch(step.branch())
                .setComposition(Words.write(run.composition()))
                .setInput(Words.write(run.input()))
                .setAwaited(run.isAwaited())
                .setRankMicros(run.rankMicros())
                .setRestMicros(run.restMicros())
                .setPlace(run.place())
                .setTried(run.isTried()))
        .build();
  }

  @Override
  public Log.Step on(Step.Listen step) {
    Log.Listen.Builder wire = Log.Listen.newBuilder().setBranch(step.branch()).setEar(step.ear());
    step.subscriptions().forEach(each -> wire.addSubscriptions(Words.write(each)));
    return step().setListen(wire).build();
  }

  @Override
  public Log.Step on(Step.Hear step) {
    return step()
        .setHear(
            Log.Hear.newBuilder()
                .setBranch(step.branch())
                .setEar(step.ear())
                .setPasses(step.passes()))
        .build();
  }

  @Override
  public Log.Step on(Step.Emit step) {
    return step().setEmit(Log.Emit.newBuilder().setEvent(Words.write(step.event()))).build();
  }

  private static Log.Step.Builder step() {
    return Log.Step.newBuilder();
  }
}
