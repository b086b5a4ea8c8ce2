package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;

/**
 * A log in which calls fail for good, and a person deals with some of them. The same whenever asked
 * for.
 */
public final class IncidentLog {
  private static final Payload LARGE = TextCell.text("large");

  private IncidentLog() {}

  /**
   * Its entries from index 1 on, each of the term of its proposer. In the end some wait, one with a
   * large input and one whose retry is another call; one is given up, one has failed once more and
   * nobody has said whether that is caught, and one waits for its fence to be tried again.
   */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(4).keepingWaits();
    cell.apply(1, TestCell.submit("before"));
    cell.apply(1, new Command.ActivateVersion(Entry.INCIDENTS_FORMAT));
    cell.apply(
        1, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));
    for (String id : List.of("again", "other", "given", "waits")) {
      IncidentCell.failing(cell, id);
    }
    List<IncidentView> all = IncidentCell.all(cell);
    Applied again = cell.apply(TestCell.SECOND, IncidentCell.retry(all.get(0)));
    cell.apply(1, IncidentCell.retry(all.get(1), Payload.ofJson("{\"other\":1}")));
    cell.apply(1, IncidentCell.resolve(all.get(2), new Resolution.GiveUp(), 60 * TestCell.SECOND));
    AttemptId second = IncidentCell.onlyStart(again);
    cell.apply(1, TestCell.settle(second, IncidentCell.BROKEN));
    large(cell);
    anew(cell);
    fenced(cell);
    cell.apply(1, TestCell.submit("parent", TestCell.steps(run())));
    cell.takeOver();
    cell.apply(TestCell.SECOND, IncidentCell.submit("last", IncidentCell.call(0)));
    return cell.entries();
  }

  private static void large(TestCell cell) {
    TextCell texts = new TextCell(cell);
    texts.send(LARGE);
    Step call = new Step.Call(0, TextCell.call(LARGE));
    Applied begun = texts.apply(1, IncidentCell.submit("large", call));
    IncidentCell.fails(cell, TestCell.starts(begun).get(0));
  }

  private static void anew(TestCell cell) {
    Step limit = new Step.Arm(0, 5, 60 * TestCell.SECOND);
    Applied begun = cell.apply(1, IncidentCell.submit("anew", limit, IncidentCell.call(0)));
    Applied failed =
        cell.apply(1, TestCell.settle(TestCell.starts(begun).get(0), IncidentCell.BROKEN));
    cell.apply(
        1, IncidentCell.uncaught(TestCell.onlyContinue(failed), new Uncaught(List.of(5), true)));
  }

  private static void fenced(TestCell cell) {
    Applied begun = cell.apply(1, IncidentCell.submit("fenced", IncidentCell.call(0)));
    Applied failed =
        cell.apply(1, TestCell.settle(TestCell.starts(begun).get(0), new Outcome.TimedOut(true)));
    cell.apply(1, IncidentCell.uncaught(TestCell.onlyContinue(failed)));
    List<IncidentView> all = IncidentCell.all(cell);
    cell.apply(1, IncidentCell.retry(all.get(all.size() - 1)));
  }

  private static Step run() {
    return new Step.Run(
        0,
        new RunSpec(
            TestCell.COMPOSITION, Payload.NULL, true, TestCell.SECOND, 0, "/do/0/run", true));
  }
}
