package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How compositions begin by events: each set of them once, and none is lost in silence. */
class TriggerRulesTest {
  private static final long WALL = 1_800_000_000_000L;
  private static final String NAME = TestCell.COMPOSITION.name();

  private static Subscription to(String type) {
    return new Subscription(Optional.of(type), Optional.empty(), Optional.empty());
  }

  private static Timing any(String... types) {
    return new Timing.On(false, Stream.of(types).map(TriggerRulesTest::to).toList(), true);
  }

  private static Timing all(String... types) {
    return new Timing.On(true, Stream.of(types).map(TriggerRulesTest::to).toList(), true);
  }

  /** As {@code all} or {@code any}, where only the interpreter can tell. */
  private static Timing filtered(Timing exact) {
    Timing.On on = (Timing.On) exact;
    return new Timing.On(on.isAll(), on.filters(), false);
  }

  private static Command.Schedule plan(CompositionRef composition, Timing timing, Overlap overlap) {
    return new Command.Schedule(new Schedule.Plan(composition, timing, overlap, SECOND), WALL);
  }

  private static TestCell planned(Timing timing, Overlap overlap) {
    TestCell cell = TestCell.open(1);
    cell.apply(0, plan(TestCell.COMPOSITION, timing, overlap));
    return cell;
  }

  private static TestCell planned(Timing timing) {
    return planned(timing, Overlap.ALLOW);
  }

  private static Event event(String id, String type) {
    return new Event(id, "/test", type, "", Payload.ofJson("{\"id\":\"" + id + "\"}"));
  }

  private static Command announce(String id, String type) {
    return new Command.Announce(event(id, type), Optional.empty(), 60 * SECOND);
  }

  private static Applied tell(TestCell cell, String id, String type) {
    return cell.apply(0, announce(id, type));
  }

  private static Schedule schedule(TestCell cell) {
    return cell.scheduler.schedule(NAME).orElseThrow();
  }

  private static Schedule.Counts counts(TestCell cell) {
    return schedule(cell).counts();
  }

  /** What has begun, with its input. */
  private static List<String> begun(Applied applied) {
    return effects(applied, Effect.Continue.class).stream()
        .filter(next -> next.signal() instanceof Signal.Begun)
        .map(
            next ->
                next.branch().invocation() + " " + ((Signal.Begun) next.signal()).input().json())
        .toList();
  }

  private static Command endOf(Applied begun) {
    return advance(effects(begun, Effect.Continue.class).get(0), end(0));
  }

  private static Command compared(TestCell cell, Verdict verdict) {
    return new Command.Compared(
        TestCell.COMPOSITION, schedule(cell).compares().orElseThrow().sequence(), verdict);
  }

  private static Verdict taken(long part, int filter) {
    return new Verdict.Taken(part, filter, Payload.ofJson("{}"));
  }

  private static Refusal refusal(Applied applied) {
    return ((Result.Refused) applied.results().get(0)).refusal();
  }

  @Test
  void anEventBeginsAnInvocationInItsOwnEntry() {
    TestCell cell = planned(any("paid", "sent"));
    cell.apply(5 * SECOND);

    Applied paid = tell(cell, "1", "paid");
    Applied other = tell(cell, "2", "lost");

    assertThat(begun(paid)).containsExactly("shop~due~1 [{\"id\":\"1\"}]");
    assertThat(paid.results()).containsExactly(new Result.Announced(1, false));
    assertThat(begun(other)).isEmpty();
    assertThat(other.results()).containsExactly(new Result.Announced(0, false));
    InvocationView view = cell.status("shop~due~1");
    assertThat(view.caller()).isEqualTo("schedule");
    assertThat(view.acceptedWallMillis()).isEqualTo(WALL + 5_000);
  }

  /** Rule 22: who says it again has said it once, also to another superpeer. */
  @Test
  void theSameEventBeginsOneInvocation() {
    TestCell cell = planned(any("paid"));
    tell(cell, "1", "paid");
    cell.takeOver();

    Applied again = tell(cell, "1", "paid");

    assertThat(begun(again)).isEmpty();
    assertThat(again.results()).containsExactly(new Result.Announced(1, true));
    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(1, 0, 1));
  }

  @Test
  void anEventThatAnInvocationEmitsBeginsAnother() {
    TestCell cell = planned(any("paid"));

    Applied emitted = cell.apply(0, submit("a", steps(new Step.Emit(event("1", "paid")), end(0))));

    assertThat(begun(emitted)).containsExactly("shop~due~1 [{\"id\":\"1\"}]");
  }

  @Test
  void whatIsAddressedToAnInvocationBeginsNothing() {
    TestCell cell = planned(any("paid"));
    cell.apply(0, submit("a", steps(new Step.Arm(0, 1, SECOND))));

    Applied addressed =
        cell.apply(0, new Command.Announce(event("1", "paid"), Optional.of(id("a")), SECOND));

    assertThat(begun(addressed)).isEmpty();
  }

  @Test
  void aSetBeginsAnInvocationWhenItIsWhole() {
    TestCell cell = planned(all("paid", "sent"));
    assertThat(begun(tell(cell, "1", "sent"))).isEmpty();
    assertThat(begun(tell(cell, "2", "sent"))).isEmpty();

    assertThat(begun(tell(cell, "3", "paid")))
        .containsExactly("shop~due~1 [{\"id\":\"1\"},{\"id\":\"3\"}]");
    assertThat(begun(tell(cell, "4", "paid")))
        .containsExactly("shop~due~2 [{\"id\":\"2\"},{\"id\":\"4\"}]");
    assertThat(schedule(cell).consumption()).isEqualTo(Consumption.NONE);
  }

  /** Otherwise what never becomes whole would fill the cell. */
  @Test
  void theOldestSetGivesWayAndIsCounted() {
    TestCell cell = planned(all("paid", "sent"));
    for (int i = 0; i <= Consumption.MAX_PARTS; i++) {
      tell(cell, "sent" + i, "sent");
    }

    assertThat(counts(cell).skipped()).isEqualTo(1);
    assertThat(begun(tell(cell, "1", "paid")))
        .containsExactly("shop~due~1 [{\"id\":\"sent1\"},{\"id\":\"1\"}]");
  }

  @Test
  void largeSetsGiveWaySooner() {
    TestCell cell = planned(all("paid", "sent"));
    Payload large = Payload.ofJson("\"" + "x".repeat(30_000) + "\"");
    for (int i = 0; i < 10; i++) {
      Event event = new Event("e" + i, "/test", "sent", "", large);
      cell.apply(0, new Command.Announce(event, Optional.empty(), SECOND));
    }

    assertThat(schedule(cell).consumption().sizeBytes()).isLessThanOrEqualTo(Ear.MAX_EVENT_BYTES);
    assertThat(counts(cell).skipped()).isEqualTo(2);
  }

  @Test
  void skipsWhatWouldOverlap() {
    TestCell cell = planned(any("paid"), Overlap.SKIP);
    Applied first = tell(cell, "1", "paid");

    assertThat(begun(tell(cell, "2", "paid"))).isEmpty();
    cell.apply(0, endOf(first));

    assertThat(begun(tell(cell, "3", "paid"))).containsExactly("shop~due~2 [{\"id\":\"3\"}]");
    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(2, 1, 1));
  }

  @Test
  void letsOneWaitForTheEndOfTheOneBefore() {
    TestCell cell = planned(any("paid"), Overlap.WAIT);
    Applied first = tell(cell, "1", "paid");
    assertThat(begun(tell(cell, "2", "paid"))).isEmpty();
    assertThat(begun(tell(cell, "3", "paid"))).isEmpty();
    cell.takeOver();

    Applied ended = cell.apply(SECOND, endOf(first));

    assertThat(begun(ended)).containsExactly("shop~due~2 [{\"id\":\"2\"}]");
    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(2, 1, 1));
  }

  private static TestCell full(Timing timing) {
    TestCell cell =
        new TestCell(new OwnerScheduler(new Receipts.Capacity(1, 100, 10_000_000)))
            .opened(TestCell.account(1, 1));
    cell.apply(0, plan(TestCell.COMPOSITION, timing, Overlap.ALLOW));
    cell.apply(0, submit("a", steps(new Step.Arm(0, 1, 1_000 * SECOND))));
    return cell;
  }

  /** What was acknowledged begins when there is room, in its order. */
  @Test
  void waitsWhereThereIsNoRoom() {
    TestCell cell = full(any("paid"));
    assertThat(begun(tell(cell, "1", "paid"))).isEmpty();
    assertThat(begun(tell(cell, "2", "paid"))).isEmpty();
    assertThat(schedule(cell).refusals()).isEqualTo(1);
    assertThat(schedule(cell).consumption().events()).isEqualTo(2);

    cell.apply(0, new Command.Cancel(id("a"), "make room"));
    Applied first = cell.apply(SECOND, new Command.Tick());
    assertThat(begun(first)).containsExactly("shop~due~1 [{\"id\":\"1\"}]");
    cell.apply(0, endOf(first));
    Applied second = cell.apply(SECOND, new Command.Tick());

    assertThat(begun(second)).containsExactly("shop~due~2 [{\"id\":\"2\"}]");
    assertThat(schedule(cell).consumption()).isEqualTo(Consumption.NONE);
    assertThat(counts(cell).skipped()).isZero();
  }

  /** From outside one is refused; one that is emitted cannot be, and is counted. */
  @Test
  void refusesMoreThanWaits() {
    TestCell cell = full(any("paid"));
    for (int i = 0; i <= Ear.MAX_EVENTS; i++) {
      tell(cell, "e" + i, "paid");
    }

    Applied more = tell(cell, "more", "paid");
    assertThat(refusal(more).code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(refusal(more).message()).contains("the schedule of 'shop'");
    Transition emits = new Transition(List.of(), List.of(new Step.Emit(event("own", "paid"))));
    cell.apply(0, new Command.Advance(id("a"), emits));

    assertThat(counts(cell).skipped()).isEqualTo(1);
    assertThat(schedule(cell).consumption().mailbox()).hasSize(Ear.MAX_EVENTS);
  }

  /** As ears do (ADR 13): what only the interpreter can tell is told by a command of its own. */
  @Test
  void asksTheSuperpeerWhereNamesDoNotSayItAll() {
    TestCell cell = planned(filtered(any("paid")));
    Applied told = cell.apply(0, announce("1", "paid"), announce("2", "paid"));
    assertThat(effects(told, Effect.Compare.class)).hasSize(1);

    Applied passed = cell.apply(0, compared(cell, new Verdict.Passed()));
    assertThat(begun(passed)).isEmpty();
    assertThat(effects(passed, Effect.Compare.class))
        .containsExactly(new Effect.Compare(schedule(cell), WALL));
    Command taken = compared(cell, taken(Verdict.Taken.NEW, 0));
    Applied began = cell.apply(0, taken);
    Applied again = cell.apply(0, taken);

    assertThat(begun(began)).containsExactly("shop~due~1 [{\"id\":\"2\"}]");
    assertThat(begun(again)).isEmpty();
    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(1, 0, 1));
  }

  @Test
  void anotherSuperpeerComparesAnew() {
    TestCell cell = planned(filtered(any("paid")));
    tell(cell, "1", "paid");
    cell.takeOver();

    assertThat(cell.scheduler.resume())
        .contains(new Effect.Compare(schedule(cell), WALL), new Effect.Aim(schedule(cell)));
  }

  /** Events that belong together come mixed with others. */
  @Test
  void keepsSetsApartAsTheInterpreterSays() {
    TestCell cell = planned(filtered(all("paid", "sent")));
    tell(cell, "1", "paid");
    cell.apply(0, compared(cell, taken(Verdict.Taken.NEW, 0)));
    tell(cell, "2", "paid");
    cell.apply(0, compared(cell, taken(Verdict.Taken.NEW, 0)));
    long second = schedule(cell).consumption().parts().get(1).sequence();
    tell(cell, "3", "sent");

    Applied began = cell.apply(0, compared(cell, taken(second, 1)));

    assertThat(begun(began)).containsExactly("shop~due~1 [{\"id\":\"2\"},{\"id\":\"3\"}]");
    assertThat(schedule(cell).consumption().parts()).hasSize(1);
  }

  /** Whatever stands in the log: what cannot be carried out is counted. */
  @Test
  void countsWhatMakesNoSense() {
    TestCell cell = planned(filtered(all("paid", "sent")));
    for (Verdict verdict :
        List.of(taken(77, 0), taken(Verdict.Taken.NEW, 2), taken(0, -1), new Verdict.Failed())) {
      tell(cell, verdict.toString(), "paid");
      cell.apply(0, compared(cell, verdict));
    }

    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(0, 4, 0));
  }

  /** A composition that says what begins it comes to an end. */
  @Test
  void whatBeginsItselfEndsAfterSomeLevels() {
    TestCell cell = planned(any("paid"));
    Applied last = tell(cell, "first", "paid");
    int levels = 0;
    while (!begun(last).isEmpty()) {
      levels++;
      Step emit = new Step.Emit(event("own" + levels, "paid"));
      last = cell.apply(0, advance(effects(last, Effect.Continue.class).get(0), emit, end(0)));
    }

    assertThat(levels).isEqualTo(Runs.MAX_DEPTH + 1);
    assertThat(counts(cell)).isEqualTo(new Schedule.Counts(levels, 1, 0));
  }

  @Test
  void hearsNothingWhileItIsStopped() {
    TestCell cell = planned(all("paid", "sent"));
    tell(cell, "1", "paid");
    cell.apply(0, new Command.Halt(NAME, true, WALL));

    Applied deaf = tell(cell, "2", "sent");
    cell.apply(0, new Command.Halt(NAME, false, WALL));
    Applied later = tell(cell, "3", "sent");

    assertThat(deaf.results()).containsExactly(new Result.Announced(0, false));
    assertThat(begun(later)).isEmpty();
    assertThat(counts(cell).skipped()).isEqualTo(1);
  }

  /** What was acknowledged, and nobody has compared, is for the version that comes. */
  @Test
  void aNewVersionHearsWhatWaits() {
    TestCell cell = planned(filtered(any("paid")));
    tell(cell, "1", "paid");
    Command late = compared(cell, taken(Verdict.Taken.NEW, 0));
    CompositionRef newer = new CompositionRef(NAME, "1.1.0");

    Applied replaced =
        cell.apply(
            0,
            new Command.Define(newer, Payload.ofJson("[]")),
            plan(newer, any("paid"), Overlap.ALLOW));
    Applied ignored = cell.apply(0, late);

    assertThat(begun(replaced)).containsExactly("shop~due~1 [{\"id\":\"1\"}]");
    assertThat(begun(ignored)).isEmpty();
    assertThat(cell.status("shop~due~1").composition()).isEqualTo(newer);
  }

  /** Cell time stands still while nobody leads: a new superpeer says what time it is. */
  @Test
  void theClockOfANewSuperpeerCounts() {
    TestCell cell = planned(any("paid"));
    cell.takeOver();
    cell.apply(0, new Command.Aim(NAME, 99, 0, WALL + 3_600_000));

    tell(cell, "1", "paid");

    assertThat(cell.status("shop~due~1").acceptedWallMillis()).isEqualTo(WALL + 3_600_000);
    assertThat(schedule(cell).due()).isEmpty();
  }

  @Test
  void severalSchedulesHearTheSameEvent() {
    TestCell cell = planned(any("paid"));
    CompositionRef other = new CompositionRef("bank", "1.0.0");
    cell.apply(
        0,
        new Command.Define(other, Payload.ofJson("{}")),
        plan(other, any("paid"), Overlap.ALLOW));

    Applied paid = tell(cell, "1", "paid");

    assertThat(begun(paid))
        .containsExactly("bank~due~1 [{\"id\":\"1\"}]", "shop~due~1 [{\"id\":\"1\"}]");
    assertThat(paid.results()).containsExactly(new Result.Announced(2, false));
  }

  /** What it has heard counts against the memory of the cell, and comes back with a snapshot. */
  @Test
  void isTheSameAfterASnapshot() {
    TestCell cell = planned(filtered(all("paid", "sent")), Overlap.WAIT);
    IntStream.range(0, 5).forEach(i -> tell(cell, "e" + i, i % 2 == 0 ? "paid" : "sent"));
    cell.apply(0, compared(cell, taken(Verdict.Taken.NEW, 0)));

    OwnerScheduler restored = OwnerScheduler.restore(cell.scheduler.image());

    assertThat(restored.image()).isEqualTo(cell.scheduler.image());
    assertThat(restored.invariants()).isEmpty();
    assertThat(restored.resume()).isEqualTo(cell.scheduler.resume());
  }
}
