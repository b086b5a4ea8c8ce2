package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.function.UnaryOperator;

/** Puts others in the place of the payloads of a step; of events, which are small, in none. */
final class StepTexts implements StepHandler<Step, RuntimeException> {
  private final UnaryOperator<Payload> others;

  StepTexts(UnaryOperator<Payload> others) {
    this.others = others;
  }

  @Override
  public Step on(Step.Remember step) {
    return new Step.Remember(step.branch(), others.apply(step.state()));
  }

  @Override
  public Step on(Step.Call step) {
    return new Step.Call(step.branch(), replaced(step.call(), others));
  }

  /** A call with other arguments. */
  static CallSpec replaced(CallSpec call, UnaryOperator<Payload> others) {
    return new CallSpec(
        call.function(),
        call.implementation(),
        call.account(),
        call.scope(),
        others.apply(call.arguments()),
        call.timeoutMicros(),
        call.rankMicros(),
        call.estimateMicros(),
        call.retry(),
        call.place());
  }

  @Override
  public Step on(Step.Open step) {
    return step;
  }

  @Override
  public Step on(Step.Race step) {
    return step;
  }

  @Override
  public Step on(Step.Spread step) {
    return new Step.Spread(
        step.parent(),
        others.apply(step.seed()),
        step.items().stream().map(others).toList(),
        step.parallelism());
  }

  @Override
  public Step on(Step.End step) {
    return new Step.End(step.branch(), others.apply(step.output()));
  }

  @Override
  public Step on(Step.Fail step) {
    return step;
  }

  @Override
  public Step on(Step.Complete step) {
    return new Step.Complete(others.apply(step.output()));
  }

  @Override
  public Step on(Step.Fault step) {
    return step;
  }

  @Override
  public Step on(Step.Arm step) {
    return step;
  }

  @Override
  public Step on(Step.Disarm step) {
    return step;
  }

  @Override
  public Step on(Step.Yield step) {
    return step;
  }

  @Override
  public Step on(Step.Export step) {
    return new Step.Export(others.apply(step.context()));
  }

  @Override
  public Step on(Step.Run step) {
    RunSpec run = step.run();
    return new Step.Run(
        step.branch(),
        new RunSpec(
            run.composition(),
            others.apply(run.input()),
            run.isAwaited(),
            run.rankMicros(),
            run.restMicros(),
            run.place(),
            run.isTried()));
  }

  @Override
  public Step on(Step.Listen step) {
    return step;
  }

  @Override
  public Step on(Step.Hear step) {
    return step;
  }

  @Override
  public Step on(Step.Emit step) {
    return step;
  }
}
