package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A log of formats 1 to 6 with payloads that are too large for it, in every place: older builds
 * refuse most of them, and keep some. Says nothing that a build of format 6 cannot apply as well.
 */
final class LargeLog {
  private static final Payload LARGE = Payload.ofJson("\"" + "x".repeat(40_000) + "\"");

  private LargeLog() {}

  /** The cell to which it leads. */
  static TestCell cell() {
    TestCell cell = TestCell.open(8);
    cell.apply(1, inputOf("input"), remembering("early"));
    cell.apply(1, new Command.ActivateVersion(6));
    cell.apply(1, new Command.Retain(new Retention(Duration.ofDays(1), 100, 1 << 20)));
    cell.apply(1, remembering("late"), new Command.Check());
    cell.apply(1, inputOf("input"), TestCell.submit("result"));
    settle(cell, "early", new Outcome.Success(Payload.NULL), new Step.End(0, Payload.NULL));
    settle(cell, "result", new Outcome.Success(LARGE));
    each(cell, "call", new Step.Call(0, calling()));
    each(cell, "end", new Step.End(0, LARGE));
    each(cell, "complete", new Step.Complete(LARGE));
    each(cell, "spread", new Step.Spread(0, LARGE, List.of(LARGE, Payload.NULL), 1));
    each(
        cell,
        "run",
        new Step.Run(0, new RunSpec(TestCell.COMPOSITION, LARGE, true, 0, 0, "/do/0/run")));
    cell.apply(
        1,
        TestCell.submit(
            "export",
            new Transition(
                List.of(),
                OptionalLong.of(0),
                List.of(new Step.Export(LARGE), new Step.Call(0, TestCell.spec())))));
    cell.apply(70 * TestCell.SECOND, new Command.Tick());
    cell.apply(1, TestCell.submit("last"));
    return cell;
  }

  private static Command inputOf(String id) {
    return new Command.Submit(
        TestCell.id(id),
        TestCell.COMPOSITION,
        LARGE,
        "ada",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        60 * TestCell.SECOND,
        0,
        TestCell.steps(new Step.Call(0, TestCell.spec())),
        0,
        "");
  }

  private static Command remembering(String id) {
    return TestCell.submit(
        id, TestCell.steps(new Step.Remember(0, LARGE), new Step.Call(0, TestCell.spec())));
  }

  private static Transition.CallSpec calling() {
    Transition.CallSpec spec = TestCell.spec();
    return new Transition.CallSpec(
        spec.function(),
        spec.implementation(),
        spec.account(),
        spec.scope(),
        LARGE,
        spec.timeoutMicros(),
        spec.rankMicros(),
        spec.estimateMicros(),
        spec.retry(),
        spec.place());
  }

  private static void each(TestCell cell, String id, Step step) {
    cell.apply(1, TestCell.submit(id, TestCell.steps(step)));
  }

  private static void settle(TestCell cell, String id, Outcome outcome, Step... next) {
    long call =
        cell.scheduler.image().invocations().stream()
            .filter(invocation -> invocation.id().equals(TestCell.id(id)))
            .mapToLong(invocation -> invocation.counts().lastCall())
            .findFirst()
            .orElseThrow();
    Optional<Transition> then =
        next.length == 0 ? Optional.empty() : Optional.of(TestCell.at(0, 1, next));
    cell.apply(1, new Command.Settle(TestCell.attempt(id, call, 1), outcome, 1, 0, then));
  }
}
