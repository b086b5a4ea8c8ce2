package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;

/** Checks what a step carries and writes it into a draft; says how many bytes it carries. */
final class StepWriter implements StepHandler<Long, Faulty> {
  private final Records records;
  private final Queues queues;
  private final Draft draft;

  StepWriter(Records records, Queues queues, Draft draft) {
    this.records = records;
    this.queues = queues;
    this.draft = draft;
  }

  @Override
  public Long on(Step.Remember step) throws Faulty {
    if (records.texts().areKept()) {
      requireKept(step.state(), "state", "");
    }
    draft.remember(step.branch(), step.state());
    return bytes(step.state());
  }

  @Override
  public Long on(Step.Call step) throws Faulty {
    requireCallable(step.call());
    draft.call(step.branch(), step.call());
    return bytes(step.call().arguments());
  }

  @Override
  public Long on(Step.Open step) throws Faulty {
    draft.open(step.parent());
    return 0L;
  }

  @Override
  public Long on(Step.Race step) throws Faulty {
    draft.race(step.parent());
    return 0L;
  }

  @Override
  public Long on(Step.Spread step) throws Faulty {
    int items = step.items().size();
    if (items < 1 || items > Step.Spread.MAX_ITEMS) {
      throw Faulty.tooMuch(
          "a list of " + items + " items, from 1 to " + Step.Spread.MAX_ITEMS + " are spread", "");
    }
    requireKept(step.seed(), "state", "");
    long bytes = bytes(step.seed());
    for (Payload item : step.items()) {
      requireKept(item, "item", "");
      bytes += bytes(item);
    }
    draft.spread(step.parent(), Spread.of(step.seed(), step.items(), step.parallelism()));
    return bytes;
  }

  @Override
  public Long on(Step.End step) throws Faulty {
    requireKept(step.output(), "output", "");
    draft.end(step.branch(), step.output());
    return bytes(step.output());
  }

  @Override
  public Long on(Step.Fail step) throws Faulty {
    draft.fail(step.branch(), step.problem());
    return step.problem().sizeBytes();
  }

  @Override
  public Long on(Step.Complete step) throws Faulty {
    requireKept(step.output(), "output", "");
    draft.complete(step.output());
    return bytes(step.output());
  }

  @Override
  public Long on(Step.Fault step) {
    draft.fault(step.problem());
    return 0L;
  }

  @Override
  public Long on(Step.Arm step) throws Faulty {
    draft.arm(step.branch(), step.timer(), step.micros());
    return 0L;
  }

  @Override
  public Long on(Step.Disarm step) throws Faulty {
    draft.disarm(step.branch(), step.timer());
    return 0L;
  }

  @Override
  public Long on(Step.Yield step) throws Faulty {
    draft.resume(step.branch());
    return 0L;
  }

  @Override
  public Long on(Step.Export step) throws Faulty {
    requireKept(step.context(), "context", "");
    draft.export(step.context());
    return bytes(step.context());
  }

  @Override
  public Long on(Step.Run step) throws Faulty {
    requireKept(step.run().input(), "input", step.run().place());
    draft.run(step.branch(), step.run());
    return bytes(step.run().input());
  }

  @Override
  public Long on(Step.Listen step) throws Faulty {
    if (step.subscriptions().size() > Ear.MAX_SUBSCRIPTIONS) {
      throw Faulty.tooMuch(
          "an ear for "
              + step.subscriptions().size()
              + " subscriptions, at most "
              + Ear.MAX_SUBSCRIPTIONS
              + " are kept",
          "");
    }
    draft.listen(step.branch(), step.ear(), step.subscriptions());
    return step.subscriptions().stream().mapToLong(Subscription::sizeBytes).sum();
  }

  @Override
  public Long on(Step.Hear step) throws Faulty {
    draft.hear(step.branch(), step.ear(), step.passes());
    return 0L;
  }

  @Override
  public Long on(Step.Emit step) throws Faulty {
    requireFit(step.event().content(), Payload.MAX_INLINE_BYTES, "event", "");
    draft.emit(step.event());
    return (long) step.event().content().sizeBytes();
  }

  private void requireCallable(Transition.CallSpec spec) throws Faulty {
    requireKept(spec.arguments(), "arguments", spec.place());
    String lack = queues.lack(spec).orElse("");
    if (!lack.isEmpty()) {
      throw new Faulty(Problem.configuration(lack, spec.place()));
    }
  }

  private void requireKept(Payload payload, String what, String place) throws Faulty {
    requireFit(payload, records.mostPayloadBytes(), what, place);
  }

  private static void requireFit(Payload payload, int mostBytes, String what, String place)
      throws Faulty {
    if (payload.sizeBytes() > mostBytes) {
      throw Faulty.tooMuch(
          what + " of " + payload.sizeBytes() + " bytes, at most " + mostBytes + " are kept",
          place);
    }
  }

  private long bytes(Payload payload) {
    return records.weight(payload);
  }
}
