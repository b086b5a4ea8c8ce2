package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Ending;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Payloads that are too large for an entry travel before the commands that refer to them (rule 33).
 */
final class TextRulesTest {
  private static final int SIZE = TextCell.SIZE_BYTES;
  private static final long MINUTE = 60 * TestCell.SECOND;

  private static Refusal refusal(Result result) {
    return ((Result.Refused) result).refusal();
  }

  private static int received(Result result) {
    return ((Result.Received) result).bytes();
  }

  @Test
  void partsMakeTheTextThatTheCommandGets() {
    TextCell texts = TextCell.open();
    Payload arguments = TextCell.text("a");
    for (Command.Part part : TextCell.parts(arguments, 10_000, true)) {
      assertThat(received(texts.result(part))).isEqualTo(part.offset() + part.bytes().size());
    }

    Applied applied = texts.apply(0, TextCell.calling("a", arguments));

    Effect.Start start = TestCell.effects(applied, Effect.Start.class).get(0);
    assertThat(start.call().arguments().bytes()).isEqualTo(arguments.bytes());
  }

  @Test
  void aPartThatComesTwiceChangesNothing() {
    TextCell texts = TextCell.open();
    List<Command.Part> parts = TextCell.parts(TextCell.text("a"), 10_000, true);
    texts.result(parts.get(0));
    texts.result(parts.get(1));
    Image before = texts.cell.scheduler.image();

    assertThat(received(texts.result(parts.get(0)))).isEqualTo(20_000);
    assertThat(received(texts.result(parts.get(1)))).isEqualTo(20_000);

    assertThat(texts.cell.scheduler.image().uploads()).isEqualTo(before.uploads());
  }

  @Test
  void aPartAfterAGapSaysFromWhereToGoOn() {
    TextCell texts = TextCell.open();
    List<Command.Part> parts = TextCell.parts(TextCell.text("a"), 10_000, true);
    assertThat(received(texts.result(parts.get(1)))).isZero();
    texts.result(parts.get(0));

    assertThat(received(texts.result(parts.get(2)))).isEqualTo(10_000);

    assertThat(received(texts.result(parts.get(1)))).isEqualTo(20_000);
  }

  @Test
  void whatIsNotWhatItsHashSaysIsRefusedAndForgotten() {
    TextCell texts = TextCell.open();
    Payload text = TextCell.text("a");
    ByteString others = TextCell.text("b").bytes();

    Result result = texts.result(new Command.Part(text.reference(), 0, false, others));

    assertThat(refusal(result).code()).isEqualTo(Refusal.Code.INVALID);
    assertThat(texts.textBytes()).isZero();
    assertThat(texts.result(TextCell.calling("a", text))).isEqualTo(new Result.Absent());
  }

  @Test
  void aCommandWhoseTextIsMissingChangesNothing() {
    TextCell texts = TextCell.open();
    Payload text = TextCell.text("a");

    assertThat(texts.result(TextCell.calling("a", text))).isEqualTo(new Result.Absent());
    texts.result(TextCell.parts(text, 10_000, false).get(0));
    assertThat(texts.result(TextCell.calling("a", text))).isEqualTo(new Result.Absent());

    assertThat(texts.cell.scheduler.live()).isZero();
  }

  @Test
  void anOutcomeWhoseTextIsMissingIsAwaitedOn() {
    TextCell texts = TextCell.open();
    texts.apply(0, TestCell.submit("a"));
    Command settle =
        TestCell.settle(
            TestCell.attempt("a", texts.lastCall("a"), 1), new Outcome.Success(TextCell.text("r")));

    assertThat(texts.result(settle)).isEqualTo(new Result.Absent());
    assertThat(texts.cell.slots()).isEqualTo("1+0");

    Applied applied = texts.applyAfterTexts(settle);
    assertThat(TestCell.onlyContinue(applied).signal())
        .isEqualTo(new Signal.Returned(TextCell.text("r")));
  }

  @Test
  void refusedKnownAndStaleCommandsLeaveNothing() {
    TextCell texts = TextCell.open();
    Payload first = TextCell.text("first");
    texts.applyAfterTexts(TextCell.calling("a", first));
    long bytes = texts.textBytes();

    for (int i = 0; i < 9; i++) {
      Payload text = TextCell.text("again" + i);
      Result known = texts.applyAfterTexts(TextCell.calling("a", text)).results().get(0);
      assertThat(known).isInstanceOf(Result.Known.class);
    }
    Command stale =
        new Command.Advance(TestCell.id("gone"), TestCell.at(0, 0, new Step.Complete(first)));
    assertThat(texts.applyAfterTexts(stale).results().get(0)).isEqualTo(new Result.Stale());

    assertThat(texts.textBytes()).isEqualTo(bytes).isEqualTo(SIZE);
  }

  /** A batch of results is no worse off than its first: all wait for the one text. */
  @Test
  void commandsOfOneEntryShareATextThatNoneOfThemKeeps() {
    TextCell texts = TextCell.open();
    Payload shared = TextCell.text("shared");
    List<Command> settles = new ArrayList<>();
    for (String id : List.of("a", "b", "c")) {
      texts.apply(0, TestCell.submit(id));
      settles.add(texts.returning(id, shared, new Step.End(0, Payload.NULL)));
    }
    texts.send(shared);

    Applied applied =
        texts.cell.apply(0, settles.stream().map(each -> each.referring()).toArray(Command[]::new));

    assertThat(applied.results()).doesNotContain(new Result.Absent());
    for (String id : List.of("a", "b", "c")) {
      assertThat(texts.cell.status(id).ending()).containsInstanceOf(Ending.Completed.class);
    }
    assertThat(texts.textBytes()).isZero();
    assertThat(texts.cell.scheduler.image().uploads()).isEmpty();
  }

  @Test
  void aTextLivesAsLongAsARecordHoldsIt() {
    TextCell texts = TextCell.open();
    texts.applyAfterTexts(TextCell.calling("a", TextCell.text("arguments")));
    assertThat(texts.textBytes()).isEqualTo(SIZE);

    Payload output = TextCell.text("output");
    texts.applyAfterTexts(texts.returning("a", output, new Step.End(0, output)));

    assertThat(texts.textBytes()).isEqualTo(SIZE);
    Ending ending = texts.cell.status("a").ending().orElseThrow();
    assertThat(((Ending.Completed) ending).output()).isEqualTo(output);
  }

  @Test
  void whatSeveralRecordsHoldIsThereOnce() {
    TextCell texts = TextCell.open();
    Payload shared = TextCell.text("shared");
    texts.applyAfterTexts(TextCell.calling("a", shared));
    assertThat(received(texts.send(shared))).isEqualTo(SIZE);
    texts.apply(0, TextCell.calling("b", shared));

    assertThat(texts.textBytes()).isEqualTo(SIZE);
    texts.apply(0, new Command.Cancel(TestCell.id("a"), "enough"));
    assertThat(texts.textBytes()).isEqualTo(SIZE);
    texts.apply(0, new Command.Cancel(TestCell.id("b"), "enough"));
    assertThat(texts.textBytes()).isZero();
  }

  @Test
  void whatNobodyGoesOnWithIsForgottenAfterAMinuteAndWakesAnIdleCell() {
    TextCell texts = TextCell.of(2L * SIZE);
    List<Command.Part> parts = TextCell.parts(TextCell.text("a"), 10_000, false);
    Applied first = texts.apply(0, parts.get(0));
    long due = first.cellTimeMicros() + MINUTE;
    assertThat(TestCell.effects(first, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(due));
    assertThat(texts.cell.scheduler.resume()).contains(new Effect.WakeAt(due));
    texts.apply(MINUTE - 1, parts.get(1));
    texts.send(TextCell.text("b"));

    Applied swept = texts.apply(MINUTE, TextCell.parts(TextCell.text("c"), 10_000, false).get(0));

    assertThat(received(swept.results().get(0))).isEqualTo(10_000);
    assertThat(texts.textBytes()).isEqualTo(SIZE);
    Applied last = texts.apply(MINUTE, new Command.Tick());
    assertThat(texts.textBytes()).isZero();
    assertThat(TestCell.effects(last, Effect.WakeAt.class)).isEmpty();
  }

  @Test
  void aNewExecutorForgetsWhatOthersSent() {
    TextCell texts = TextCell.open();
    Payload kept = TextCell.text("kept");
    texts.applyAfterTexts(TextCell.calling("a", kept));
    texts.send(TextCell.text("sent"));

    texts.cell.apply(0, new Command.TakeOver(TestCell.executor(texts.cell.term)));
    assertThat(texts.textBytes()).isEqualTo(2L * SIZE);
    texts.cell.takeOver();

    assertThat(texts.textBytes()).isEqualTo(SIZE);
  }

  @Test
  void whatIsReadableCountsWithItsTextForItsLimit() {
    TextCell texts = TextCell.open();
    texts.apply(0, new Command.Retain(new Retention(Duration.ofDays(1), 100, 2L * SIZE)));
    for (String id : List.of("a", "b")) {
      texts.apply(1, TestCell.submit(id));
      Payload output = TextCell.text(id);
      texts.applyAfterTexts(texts.returning(id, output, new Step.End(0, output)));
    }

    texts.apply(2 * MINUTE, new Command.Tick());

    assertThat(texts.cell.scheduler.history()).isEqualTo(1);
    assertThat(texts.cell.scheduler.historyBytes()).isBetween((long) SIZE, 2L * SIZE);
  }

  @Test
  void aTransitionWithMoreThanSixteenMebibytesOfTextsFaults() {
    TextCell texts = TextCell.open();
    Payload whole = TextCell.text("a", Payload.MAX_BYTES);
    Payload half = TextCell.text("b", Payload.MAX_BYTES);
    sendInParts(texts, whole);
    sendInParts(texts, half);
    Step[] twice = {new Step.Remember(0, whole), new Step.Call(0, TextCell.call(half))};
    texts.apply(0, TestCell.submit("fits", TestCell.steps(twice)));
    assertThat(texts.cell.status("fits").ending()).isEmpty();
    sendInParts(texts, whole);
    sendInParts(texts, half);
    texts.send(TextCell.text("c"));
    Step[] more = {twice[0], new Step.Export(TextCell.text("c")), twice[1]};

    texts.apply(0, TestCell.submit("more", TestCell.steps(more)));

    Ending ending = texts.cell.status("more").ending().orElseThrow();
    assertThat(((Ending.Faulted) ending).problem().detail())
        .contains(String.valueOf(Transition.MAX_TEXT_BYTES));
  }

  @Test
  void aParentLearnsOutputsThatHaveAsMuchTogetherAsOnePayload() {
    TextCell texts = TextCell.open();
    texts.apply(0, TestCell.submit("a", TestCell.steps(TestCell.fork(2))));
    long call = texts.lastCall("a");
    Applied applied = null;
    for (int branch = 1; branch <= 2; branch++) {
      Payload output = TextCell.text("o" + branch, 3 << 20);
      sendInParts(texts, output);
      applied =
          texts.apply(
              0,
              TestCell.settle(
                  TestCell.attempt("a", call - 2 + branch, 1),
                  TestCell.at(branch, 1, new Step.End(branch, output))));
    }

    Signal signal = TestCell.onlyContinue(java.util.Objects.requireNonNull(applied)).signal();

    assertThat(((Signal.Joined) signal).sizeBytes()).isEqualTo(6L << 20);
    assertThat(texts.textBytes()).isEqualTo(6L << 20);
  }

  @Test
  void oneHashOfTwoSizesIsRefused() {
    TextCell texts = TextCell.open();
    Command.Part part = TextCell.parts(TextCell.text("a"), 10_000, false).get(0);
    texts.result(part);
    Payload.Reference other = new Payload.Reference(part.text().sha256(), SIZE + 1);

    Result result = texts.result(new Command.Part(other, 10_000, false, part.bytes()));

    assertThat(refusal(result).code()).isEqualTo(Refusal.Code.INVALID);
  }

  private static void sendInParts(TextCell texts, Payload text) {
    TextCell.parts(text, Command.Part.MAX_BYTES, false).forEach(texts::result);
  }

  /** What was kept before is looked through, so that a text of it is not forgotten too early. */
  @Test
  void whatRecordsHeldBeforeTheFormatIsCountedWhenItIsActivated() {
    TestCell cell = TestCell.open(1);
    Payload state = TextCell.text("state", 40_000);
    Step.Remember remember = new Step.Remember(0, state);
    cell.apply(
        0, TestCell.submit("a", TestCell.steps(remember, new Step.Call(0, TestCell.spec()))));
    assertThat(cell.scheduler.sizeBytes()).isGreaterThan(40_000);
    long before = cell.scheduler.sizeBytes();

    cell.apply(0, new Command.ActivateVersion(Entry.TEXTS_FORMAT));

    assertThat(cell.scheduler.sizeBytes()).isEqualTo(before + Payload.Reference.MAX_ENCODED_BYTES);
    cell.apply(0, new Command.Cancel(TestCell.id("a"), "enough"));
    assertThat(cell.scheduler.sizeBytes()).isLessThan(40_000);
  }

  @Test
  void theMemoryOfRecordsHoldsReferencesOnly() {
    TestCell cell =
        new TestCell(new OwnerScheduler(new Receipts.Capacity(100, 100, 8_000, 1 << 24)))
            .opened(TestCell.account(1, 10));
    cell.apply(0, new Command.ActivateVersion(Entry.TEXTS_FORMAT));
    Payload text = TextCell.text("a");
    cell.apply(0, TextCell.parts(text, Command.Part.MAX_BYTES, true).get(0));

    List<Result> results =
        cell.apply(0, TextCell.calling("a", text).referring(), TestCell.submit("b")).results();

    assertThat(results).containsExactly(new Result.Accepted(), new Result.Accepted());
  }

  /** Rule 13: large arguments take a while to leave, and only then the function begins. */
  @Test
  void theFenceOfACallWithLargeArgumentsEndsLater() {
    TextCell texts = TextCell.open();
    texts.applyAfterTexts(TextCell.calling("large", TextCell.text("arguments")));
    texts.apply(0, TestCell.submit("small"));
    texts.cell.takeOver();

    texts.cell.apply(TestCell.FENCE, new Command.Tick());
    String atTheFenceOfSmallOnes = texts.cell.slots();
    texts.cell.apply(Fences.DEPARTURE_MICROS - 1, new Command.Tick());
    String before = texts.cell.slots();
    texts.cell.apply(1, new Command.Tick());

    assertThat(List.of(atTheFenceOfSmallOnes, before, texts.cell.slots()))
        .containsExactly("1+1", "1+1", "2+0");
  }

  @Test
  void everyPlaceOfACommandIsFoundAndFilled() {
    Payload small = Payload.ofJson("1");
    Payload text = TextCell.text("a");
    Transition.RunSpec run =
        new Transition.RunSpec(TestCell.COMPOSITION, text, true, 0, 0, "/do/0");
    List<Step> steps =
        List.of(
            new Step.Remember(0, text),
            new Step.Call(0, TextCell.call(text)),
            new Step.Spread(0, text, List.of(small, small), 1),
            new Step.Spread(0, small, List.of(small, text), 1),
            new Step.End(0, text),
            new Step.Complete(text),
            new Step.Export(text),
            new Step.Run(0, run));
    for (Step step : steps) {
      Command command = new Command.Advance(TestCell.id("a"), TestCell.steps(step));
      assertThat(command.texts()).as(step.toString()).containsExactly(text);
      Command referring = command.referring();
      assertThat(referring.texts()).allMatch(Payload::isReference).hasSize(1);
      assertThat(referring.resolved(reference -> text).texts()).noneMatch(Payload::isReference);
    }
    Command plain = TestCell.submit("b");
    assertThat(plain.texts()).isEmpty();
    assertThat(plain.resolved(reference -> text)).isSameAs(plain);
  }
}
