package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A log in which everything is held once, and some of it goes on. The same whenever asked for. */
public final class ControlLog {
  private static final int EAR = 7;
  private static final Step HEAR = new Step.Hear(0, EAR, false);

  private ControlLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(1, new Command.ActivateVersion(Entry.CONTROL_FORMAT));
    cell.apply(1, TestCell.submit("running"), TestCell.submit("late"), TestCell.submit("soon"));
    cell.apply(1, ControlCell.hold(ControlCell.one("late"), "wrong input"));
    cell.apply(TestCell.SECOND, ControlCell.prioritize("soon", ServiceClass.BATCH));
    cell.apply(
        TestCell.SECOND,
        new Command.Prioritize(
            TestCell.id("soon"),
            Optional.of(ServiceClass.INTERACTIVE),
            OptionalLong.of(3 * TestCell.SECOND),
            "alice",
            60 * TestCell.SECOND));
    cell.apply(TestCell.SECOND, ControlCell.release(ControlCell.one("late")));
    cell.apply(1, ControlCell.hold(ControlCell.one("soon"), ""));
    cell.apply(1, ControlCell.hold(new Target.OfComposition("other"), "its provider is down"));
    cell.apply(1, TestCell.submit("parent", TestCell.steps(run())));
    cell.apply(1, TestCell.submit("hears", ServiceClass.BATCH, TestCell.steps(listen(), HEAR)));
    cell.apply(TestCell.SECOND, ControlCell.prioritize("hears", 5 * TestCell.SECOND));
    cell.apply(1, ControlCell.hold(ControlCell.one("running"), ""));
    cell.apply(1, ControlCell.hold(new Target.OfOwner(), "maintenance"));
    cell.apply(1, ControlCell.release(ControlCell.one("running")));
    cell.takeOver();
    cell.apply(TestCell.SECOND, TestCell.submit("last"));
    return cell.entries();
  }

  private static Step listen() {
    return new Step.Listen(
        0, EAR, List.of(new Subscription(Optional.of("paid"), Optional.empty(), Optional.empty())));
  }

  private static Step run() {
    return new Step.Run(
        0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, TestCell.SECOND, 0, "/do/0/run"));
  }
}
