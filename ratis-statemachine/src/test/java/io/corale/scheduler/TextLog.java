package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * A log in which formats 6 and 7 are activated in its middle, and which then holds texts in every
 * place where there may be one. The same whenever it is asked for.
 */
public final class TextLog {
  private static final Payload ONE = TextCell.text("one");
  private static final Payload OTHER = TextCell.text("other");

  private TextLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(8);
    cell.apply(1, TestCell.submit("early"));
    cell.apply(1, new Command.ActivateVersion(Entry.HISTORY_FORMAT));
    cell.apply(1, new Command.Retain(new Retention(Duration.ofDays(1), 100, 1 << 20)));
    cell.apply(1, TestCell.submit("middle"), new Command.Check());
    cell.apply(1, new Command.ActivateVersion(Entry.TEXTS_FORMAT));
    TextCell texts = new TextCell(cell);
    end(texts);
    refuse(texts);
    cell.apply(70 * TestCell.SECOND, new Command.Tick());
    texts.send(TextCell.text("forgotten"));
    cell.takeOver();
    hold(texts);
    texts.send(TextCell.text("whole"));
    texts.apply(1, TextCell.parts(TextCell.text("half"), 1_000, true).get(0));
    return cell.entries();
  }

  /** Invocations that end with a text, of which one becomes history. */
  private static void end(TextCell texts) {
    texts.applyAfterTexts(TextCell.calling("first", ONE));
    texts.applyAfterTexts(texts.returning("first", ONE, new Step.End(0, ONE)));
  }

  private static void refuse(TextCell texts) {
    texts.apply(1, TextCell.calling("absent", OTHER));
    texts.apply(1, TextCell.parts(OTHER, 1_000, true).get(0));
    texts.apply(1, TextCell.parts(OTHER, 1_000, true).get(2));
    texts.apply(1, TextCell.calling("absent", OTHER));
    texts.apply(1, new Command.Part(ONE.reference(), 0, false, TextCell.text("two").bytes()));
    texts.applyAfterTexts(TextCell.calling("first", ONE));
  }

  private static void hold(TextCell texts) {
    texts.applyAfterTexts(TextCell.calling("argument", ONE));
    texts.applyAfterTexts(
        TestCell.submit(
            "context",
            new Transition(
                List.of(),
                OptionalLong.of(0),
                List.of(new Step.Export(OTHER), new Step.Call(0, TestCell.spec())))));
    texts.applyAfterTexts(
        TestCell.submit(
            "spread",
            TestCell.steps(new Step.Spread(0, OTHER, List.of(Payload.NULL, ONE, OTHER), 2))));
    texts.applyAfterTexts(
        TestCell.submit(
            "run",
            TestCell.steps(
                new Step.Remember(0, ONE),
                new Step.Run(
                    0, new RunSpec(TestCell.COMPOSITION, OTHER, true, 0, 0, "/do/0/run")))));
    texts.applyAfterTexts(
        TestCell.submit("fork", TestCell.steps(TestCell.fork(2, new Step.End(-1, OTHER)))));
    texts.apply(1, TestCell.submit("result"));
    texts.applyAfterTexts(
        TestCell.settle(
            TestCell.attempt("result", texts.lastCall("result"), 1), new Outcome.Success(OTHER)));
  }
}
