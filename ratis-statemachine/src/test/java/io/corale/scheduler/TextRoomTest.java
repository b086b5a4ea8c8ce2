package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much room a cell has for texts, and who finds none when it is taken (rules 24 and 33). */
final class TextRoomTest {
  private static final int SIZE = TextCell.SIZE_BYTES;
  private static final long MINUTE = 60 * TestCell.SECOND;

  private static Refusal refusal(Result result) {
    return ((Result.Refused) result).refusal();
  }

  private static int received(Result result) {
    return ((Result.Received) result).bytes();
  }

  private static void retain(TextCell texts) {
    texts.apply(0, new Command.Retain(new Retention(Duration.ofDays(1), 100, 1L << 26)));
  }

  /** One that runs, and ends with this. */
  private static void end(TextCell texts, String id, Payload output) {
    texts.apply(0, TestCell.submit(id));
    texts.applyAfterTexts(texts.returning(id, output, new Step.End(0, output)));
  }

  @Test
  void whatIsAnnouncedCountsFromTheFirstPartAndHasNoRoomBeyond() {
    TextCell texts = TextCell.of(2L * SIZE);
    texts.result(TextCell.parts(TextCell.text("a"), 10_000, false).get(0));
    texts.result(TextCell.parts(TextCell.text("b"), 10_000, false).get(0));

    Refusal refusal = refusal(texts.send(TextCell.text("c")));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(refusal.message()).contains(String.valueOf(2L * SIZE));
    List<Command.Part> rest = TextCell.parts(TextCell.text("a"), 10_000, false);
    assertThat(received(texts.result(rest.get(1)))).isEqualTo(20_000);
  }

  @Test
  void newWorkLeavesHalfOfTheRoomToWhatRuns() {
    TextCell texts = TextCell.of(4L * SIZE);
    texts.sendForNewWork(TextCell.text("a"));
    texts.sendForNewWork(TextCell.text("b"));

    assertThat(refusal(texts.sendForNewWork(TextCell.text("c"))).code())
        .isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(received(texts.send(TextCell.text("c")))).isEqualTo(SIZE);
    assertThat(received(texts.send(TextCell.text("d")))).isEqualTo(SIZE);
  }

  /** Callers choose for how long outputs stay: what runs must not find all room taken by those. */
  @Test
  void theLastQuarterOfTheRoomIsForWhatRuns() {
    long room = 8L * SIZE;
    TextCell texts = TextCell.of(room);
    texts.apply(0, TestCell.submit("runs"));
    for (String id : List.of("a", "b", "c", "d", "e", "f")) {
      end(texts, id, TextCell.text(id));
    }
    end(texts, "last", TextCell.text("last"));

    Refusal refusal = refusal(texts.result(TestCell.submit("new")));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(refusal.message()).contains(String.valueOf(7L * SIZE)).contains("results");
    assertThat(texts.result(TestCell.submit("a"))).isInstanceOf(Result.Known.class);
    Payload state = TextCell.text("state");
    Step[] next = {new Step.Remember(0, state), new Step.Call(0, TestCell.spec())};
    Applied applied = texts.applyAfterTexts(texts.returning("runs", state, next));
    assertThat(applied.results()).containsExactly(new Result.Done());
    assertThat(texts.textBytes()).isEqualTo(room);
  }

  /** It goes before anything has no room. */
  @Test
  void whatIsReadableKeepsNothingNewAway() {
    TextCell texts = TextCell.of(4L * SIZE);
    retain(texts);
    for (String id : List.of("a", "b", "c", "d")) {
      end(texts, id, TextCell.text(id, id.equals("d") ? SIZE - 1 : SIZE));
    }
    assertThat(texts.result(TestCell.submit("new"))).isInstanceOf(Result.Refused.class);

    texts.apply(2 * MINUTE, new Command.Tick());

    assertThat(texts.cell.scheduler.history()).isEqualTo(4);
    assertThat(texts.result(TestCell.submit("new"))).isEqualTo(new Result.Accepted());
  }

  /** It waits for others of its entry, and stands in a record by then. */
  @Test
  void whatACommandOfTheEntryHasTakenOverCountsOnce() {
    TextCell texts = TextCell.of(2L * SIZE);
    Payload output = TextCell.text("a");
    Payload next = TextCell.text("next");
    texts.apply(0, TestCell.submit("a"));
    texts.send(output);
    Command settle = texts.returning("a", output, new Step.End(0, output)).referring();
    Command part = TextCell.parts(next, Command.Part.MAX_BYTES, false).get(0);

    List<Result> results = texts.cell.apply(0, settle, part).results();

    assertThat(results).containsExactly(new Result.Done(), new Result.Received(SIZE));
  }

  @Test
  void historyThatHoldsTextsGoesBeforeAnythingHasNoRoom() {
    TextCell texts = TextCell.of(2L * SIZE);
    retain(texts);
    for (String id : List.of("small", "old", "new")) {
      Payload output = id.equals("small") ? Payload.NULL : TextCell.text(id);
      texts.apply(1, TestCell.submit(id));
      texts.applyAfterTexts(texts.returning(id, output, new Step.End(0, output)));
    }
    assertThat(refusal(texts.send(TextCell.text("a"))).code()).isEqualTo(Refusal.Code.OVERLOADED);
    texts.apply(2 * MINUTE, new Command.Tick());
    assertThat(texts.cell.scheduler.history()).isEqualTo(3);

    assertThat(received(texts.send(TextCell.text("a")))).isEqualTo(SIZE);

    assertThat(texts.cell.scheduler.status(TestCell.id("old"))).isEmpty();
    assertThat(texts.cell.scheduler.history()).isEqualTo(2);
  }

  @Test
  void whatFindsNoRoomAnywayTakesNothingReadable() {
    TextCell texts = TextCell.of(4L * SIZE);
    retain(texts);
    Payload output = TextCell.text("old");
    for (String id : List.of("old", "older")) {
      texts.apply(1, TestCell.submit(id));
      texts.applyAfterTexts(texts.returning(id, output, new Step.End(0, output)));
    }
    texts.apply(2 * MINUTE, new Command.Tick());
    texts.applyAfterTexts(TextCell.calling("a", TextCell.text("a")));
    texts.applyAfterTexts(TextCell.calling("b", TextCell.text("b")));
    assertThat(texts.cell.scheduler.history()).isEqualTo(2);

    assertThat(refusal(texts.sendForNewWork(TextCell.text("c"))).code())
        .isEqualTo(Refusal.Code.OVERLOADED);

    assertThat(texts.cell.scheduler.history()).isEqualTo(2);
    assertThat(texts.cell.scheduler.invariants()).isEmpty();
    texts.applyAfterTexts(TextCell.calling("d", output));
    texts.send(TextCell.text("c"));
    assertThat(refusal(texts.send(TextCell.text("e"))).code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(texts.cell.scheduler.history()).isEqualTo(2);
    assertThat(texts.cell.scheduler.invariants()).isEmpty();
  }

  @Test
  void aListHoldsItsTextsUntilAllOfItsItemsHaveEnded() {
    TextCell texts = TextCell.open();
    List<Payload> items = List.of(TextCell.text("a"), Payload.NULL, TextCell.text("b"));
    Step spread = new Step.Spread(0, TextCell.text("seed"), items, 1);
    Applied applied = texts.applyAfterTexts(TestCell.submit("a", TestCell.steps(spread)));

    for (int branch = 1; branch <= 3; branch++) {
      assertThat(texts.textBytes()).isEqualTo(3L * SIZE);
      Step end = TestCell.end(TestCell.onlyContinue(applied).branch().branch());
      applied = texts.apply(0, TestCell.advance(TestCell.onlyContinue(applied), end));
    }

    assertThat(texts.textBytes()).isZero();
  }
}
