package io.corale.scheduler.wire;

import com.google.protobuf.CodedOutputStream;
import io.corale.model.Payload;
import io.corale.scheduler.StepHandler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;

/** Bounds the size of a step from above, see {@link CommandSize}. */
final class StepSize implements StepHandler<Integer, RuntimeException> {
  /** Two messages with their tags and lengths, a branch, and one number more. */
  private static final int STEP_BYTES = 4 * CommandSize.PAIR_BYTES;

  /** The tag of one item of a list; there are so many that a generous bound would keep them out. */
  private static final int ITEM_TAG_BYTES = 1;

  @Override
  public Integer on(Step.Remember step) {
    return STEP_BYTES + step.state().standingBytes();
  }

  @Override
  public Integer on(Step.Call step) {
    Transition.CallSpec spec = step.call();
    return CommandSize.MESSAGE_BYTES
        + CommandSize.text(spec.function())
        + CommandSize.text(spec.implementation())
        + CommandSize.text(spec.account().value())
        + CommandSize.text(spec.scope())
        + spec.arguments().standingBytes()
        + CommandSize.text(spec.place());
  }

  @Override
  public Integer on(Step.Open step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Race step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Spread step) {
    int size = STEP_BYTES + step.seed().standingBytes();
    for (Payload item : step.items()) {
      size +=
          ITEM_TAG_BYTES
              + CodedOutputStream.computeUInt32SizeNoTag(item.standingBytes())
              + item.standingBytes();
    }
    return size;
  }

  @Override
  public Integer on(Step.End step) {
    return STEP_BYTES + step.output().standingBytes();
  }

  @Override
  public Integer on(Step.Fail step) {
    return STEP_BYTES + CommandSize.of(step.problem());
  }

  @Override
  public Integer on(Step.Complete step) {
    return STEP_BYTES + step.output().standingBytes();
  }

  @Override
  public Integer on(Step.Fault step) {
    return CommandSize.of(step.problem());
  }

  @Override
  public Integer on(Step.Arm step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Disarm step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Yield step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Listen step) {
    return STEP_BYTES + step.subscriptions().stream().mapToInt(CommandSize::of).sum();
  }

  @Override
  public Integer on(Step.Hear step) {
    return STEP_BYTES;
  }

  @Override
  public Integer on(Step.Emit step) {
    return STEP_BYTES + CommandSize.of(step.event());
  }

  @Override
  public Integer on(Step.Export step) {
    return STEP_BYTES + step.context().standingBytes();
  }

  @Override
  public Integer on(Step.Run step) {
    Transition.RunSpec run = step.run();
    return CommandSize.MESSAGE_BYTES
        + CommandSize.text(run.composition().name())
        + CommandSize.text(run.composition().version())
        + run.input().standingBytes()
        + CommandSize.text(run.place());
  }
}
