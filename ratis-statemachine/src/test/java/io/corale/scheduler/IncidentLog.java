package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Payload;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;

/** A log in which calls fail for good, and a person deals with some of them. Always the same. */
public final class IncidentLog {
  private IncidentLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(4).keepingWaits();
    cell.apply(1, TestCell.submit("before"));
    cell.apply(1, new Command.ActivateVersion(Entry.INCIDENTS_FORMAT));
    cell.apply(
        1,
        new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));
    for (String id : List.of("again", "other", "given", "waits")) {
      IncidentCell.failing(cell, id);
    }
    List<IncidentView> all = IncidentCell.all(cell);
    Applied again = cell.apply(TestCell.SECOND, IncidentCell.retry(all.get(0)));
    cell.apply(1, IncidentCell.retry(all.get(1), Payload.ofJson("{\"other\":1}")));
    cell.apply(
        1,
        IncidentCell.resolve(all.get(2), new Resolution.GiveUp(), 60 * TestCell.SECOND));
    AttemptId second = IncidentCell.onlyStart(again);
    cell.apply(1, TestCell.settle(second, IncidentCell.BROKEN));
    cell.apply(1, TestCell.submit("parent", TestCell.steps(run())));
    cell.takeOver();
    cell.apply(TestCell.SECOND, IncidentCell.submit("last", IncidentCell.call(0)));
    return cell.entries();
  }

  private static Step run() {
    return new Step.Run(
        0,
        new RunSpec(
            TestCell.COMPOSITION, Payload.NULL, true, TestCell.SECOND, 0, "/do/0/run", true));
  }
}
