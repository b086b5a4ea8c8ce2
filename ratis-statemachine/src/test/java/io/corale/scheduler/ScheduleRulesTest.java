package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How compositions run by themselves (rules 7 and 8). */
class ScheduleRulesTest {
  private static final long WALL = 1_800_000_000_000L;
  private static final String NAME = TestCell.COMPOSITION.name();
  private static final Timing MINUTELY = new Timing.Cron("* * * * *");

  private static Command.Schedule plan(Timing timing, Overlap overlap) {
    return plan(TestCell.COMPOSITION, timing, overlap);
  }

  private static Command.Schedule plan(CompositionRef composition, Timing timing, Overlap overlap) {
    return new Command.Schedule(new Schedule.Plan(composition, timing, overlap, SECOND), WALL);
  }

  private static Command.Schedule every(long seconds, Overlap overlap) {
    return plan(new Timing.Every(seconds * SECOND), overlap);
  }

  private static TestCell planned(Command.Schedule plan) {
    TestCell cell = TestCell.open(1);
    cell.apply(0, plan);
    return cell;
  }

  private static Schedule schedule(TestCell cell) {
    return cell.scheduler.schedule(NAME).orElseThrow();
  }

  private static List<InvocationId> begun(Applied applied) {
    return effects(applied, Effect.Continue.class).stream()
        .filter(next -> next.signal() instanceof Signal.Begun)
        .map(next -> next.branch().invocation())
        .toList();
  }

  private static Applied tick(TestCell cell, long seconds) {
    return cell.apply(seconds * SECOND, new Command.Tick());
  }

  private static Command endOf(Applied begun) {
    return advance(effects(begun, Effect.Continue.class).get(0), end(0));
  }

  private static InvocationId due(long number) {
    return InvocationId.scheduled(NAME, number);
  }

  @Test
  void beginsAnInvocationEachTime() {
    TestCell cell = planned(every(10, Overlap.ALLOW));

    assertThat(begun(tick(cell, 9))).isEmpty();
    Applied first = tick(cell, 1);
    Applied second = tick(cell, 10);

    assertThat(begun(first)).containsExactly(due(1));
    assertThat(begun(second)).containsExactly(due(2));
    InvocationView view = cell.scheduler.status(due(1)).orElseThrow();
    assertThat(view.caller()).isEqualTo("schedule");
    assertThat(view.labels()).containsEntry("schedule", NAME);
    assertThat(view.acceptedWallMillis()).isEqualTo(WALL + 10_000);
    assertThat(schedule(cell).counts()).isEqualTo(new Schedule.Counts(2, 0, 2));
  }

  /** Also where an entry comes late: the beat goes on, and what was missed is one occurrence. */
  @Test
  void keepsItsBeatAndMakesUpOnce() {
    TestCell cell = planned(every(10, Overlap.ALLOW));

    Applied late = tick(cell, 37);

    assertThat(begun(late)).containsExactly(due(1));
    assertThat(schedule(cell).counts()).isEqualTo(new Schedule.Counts(1, 2, 1));
    assertThat(begun(tick(cell, 2))).isEmpty();
    assertThat(begun(tick(cell, 1))).containsExactly(due(2));
  }

  @Test
  void skipsWhatWouldOverlap() {
    TestCell cell = planned(every(10, Overlap.SKIP));
    Applied first = tick(cell, 10);

    assertThat(begun(tick(cell, 10))).isEmpty();
    cell.apply(0, endOf(first));
    assertThat(begun(tick(cell, 9))).isEmpty();

    assertThat(begun(tick(cell, 1))).containsExactly(due(2));
    assertThat(schedule(cell).counts()).isEqualTo(new Schedule.Counts(2, 1, 1));
  }

  @Test
  void letsOneWaitForTheEndOfTheOneBefore() {
    TestCell cell = planned(every(10, Overlap.WAIT));
    Applied first = tick(cell, 10);
    assertThat(begun(tick(cell, 10))).isEmpty();
    assertThat(begun(tick(cell, 10))).isEmpty();

    Applied ended = cell.apply(5 * SECOND, endOf(first));

    assertThat(begun(ended)).containsExactly(due(2));
    assertThat(schedule(cell).counts()).isEqualTo(new Schedule.Counts(2, 1, 1));
    assertThat(begun(tick(cell, 5))).isEmpty();
    assertThat(schedule(cell).isWaiting()).isTrue();
  }

  @Test
  void countsFromTheEndOfTheOneBefore() {
    TestCell cell = planned(plan(new Timing.After(10 * SECOND), Overlap.ALLOW));
    Applied first = tick(cell, 10);
    assertThat(begun(first)).containsExactly(due(1));
    assertThat(begun(tick(cell, 100))).isEmpty();

    cell.apply(0, endOf(first));

    assertThat(begun(tick(cell, 9))).isEmpty();
    assertThat(begun(tick(cell, 1))).containsExactly(due(2));
  }

  /** Rule 8: what a calendar says is turned into cell time by the superpeer. */
  @Test
  void asksTheSuperpeerWhatTheCalendarSays() {
    TestCell cell = TestCell.open(1);
    Applied planned = cell.apply(0, plan(MINUTELY, Overlap.ALLOW));
    assertThat(effects(planned, Effect.Aim.class)).containsExactly(new Effect.Aim(schedule(cell)));

    cell.apply(0, aim(cell, 40, WALL + 40_000));
    Applied due = tick(cell, 40);

    assertThat(begun(due)).containsExactly(due(1));
    assertThat(effects(due, Effect.Aim.class)).containsExactly(new Effect.Aim(schedule(cell)));
    assertThat(schedule(cell).last().wallMillis()).isEqualTo(WALL + 40_000);
  }

  private static Command aim(TestCell cell, long seconds, long wallMillis) {
    return new Command.Aim(NAME, schedule(cell).turn(), seconds * SECOND, wallMillis);
  }

  /** It would throw where its first occurrence is counted: inside of an apply. */
  @Test
  void noPlanHasANegativeRank() {
    assertThatThrownBy(
            () -> new Schedule.Plan(TestCell.COMPOSITION, new Timing.Never(), Overlap.ALLOW, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** An aim that comes twice, or late, moves nothing. */
  @Test
  void takesAnAimForItsTurnOnly() {
    TestCell cell = planned(plan(MINUTELY, Overlap.ALLOW));
    Command aim = aim(cell, 40, WALL + 40_000);
    cell.apply(0, aim);
    Schedule set = schedule(cell);

    cell.apply(0, aim);
    assertThat(schedule(cell)).isEqualTo(set);
    tick(cell, 40);
    cell.apply(0, aim);

    assertThat(schedule(cell).due()).isEmpty();
  }

  @Test
  void anotherSuperpeerAimsAnew() {
    TestCell cell = planned(plan(MINUTELY, Overlap.ALLOW));
    cell.apply(0, aim(cell, 40, WALL + 40_000));
    cell.takeOver();
    assertThat(cell.scheduler.resume()).contains(new Effect.Aim(schedule(cell)));

    cell.apply(0, aim(cell, 0, WALL + 90_000));

    assertThat(begun(tick(cell, 0))).containsExactly(due(1));
    assertThat(begun(tick(cell, 100))).isEmpty();
  }

  @Test
  void aNewVersionReplacesItAndNumbersGoOn() {
    TestCell cell = planned(every(10, Overlap.ALLOW));
    tick(cell, 10);
    CompositionRef newer = new CompositionRef(NAME, "1.1.0");

    cell.apply(
        0,
        new Command.Define(newer, Payload.ofJson("[]")),
        plan(newer, new Timing.Every(30 * SECOND), Overlap.ALLOW));

    assertThat(begun(tick(cell, 29))).isEmpty();
    assertThat(begun(tick(cell, 1))).containsExactly(due(2));
    assertThat(cell.scheduler.status(due(2)).orElseThrow().composition()).isEqualTo(newer);
    cell.apply(0, every(1, Overlap.ALLOW));
    assertThat(schedule(cell).plan().composition()).isEqualTo(newer);
  }

  @Test
  void aVersionWithoutAScheduleEndsIt() {
    TestCell cell = planned(every(10, Overlap.WAIT));
    Applied first = tick(cell, 10);
    tick(cell, 10);
    CompositionRef newer = new CompositionRef(NAME, "1.1.0");

    cell.apply(
        0,
        new Command.Define(newer, Payload.ofJson("[]")),
        plan(newer, new Timing.Never(), Overlap.ALLOW));

    assertThat(begun(cell.apply(0, endOf(first)))).isEmpty();
    assertThat(begun(tick(cell, 1_000))).isEmpty();
    assertThat(schedule(cell).counts().skipped()).isEqualTo(1);
    assertThat(cell.scheduler.status(due(1)).orElseThrow().phase()).isEqualTo(Phase.COMPLETED);
  }

  @Test
  void stopsAndStarts() {
    TestCell cell = planned(every(10, Overlap.ALLOW));
    cell.apply(SECOND, new Command.Halt(NAME, true, WALL));
    cell.apply(0, new Command.Halt(NAME, true, WALL));
    assertThat(begun(tick(cell, 100))).isEmpty();

    cell.apply(0, new Command.Halt(NAME, false, WALL));

    assertThat(begun(tick(cell, 9))).isEmpty();
    assertThat(begun(tick(cell, 1))).containsExactly(due(1));
    assertThat(schedule(cell).counts().skipped()).isZero();
  }

  @Test
  void stopsNothingThatIsNotThere() {
    Applied applied = TestCell.open(1).apply(0, new Command.Halt("gone", true, WALL));

    assertThat(applied.results().get(0))
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(Refusal.Code.NOT_FOUND));
  }

  /** Nothing is lost for want of room: the occurrence is begun when there is some. */
  @Test
  void triesAgainWhileThereIsNoRoom() {
    TestCell cell =
        new TestCell(new OwnerScheduler(new Receipts.Capacity(1, 100, 1_000_000)))
            .opened(TestCell.account(1, 1));
    cell.apply(0, every(10, Overlap.ALLOW));
    cell.apply(0, submit("a", steps(new Step.Arm(0, 1, 1_000 * SECOND))));

    assertThat(begun(tick(cell, 10))).isEmpty();
    assertThat(schedule(cell).refusals()).isEqualTo(1);
    assertThat(begun(tick(cell, 1))).isEmpty();
    assertThat(schedule(cell).refusals()).isEqualTo(2);
    cell.apply(0, new Command.Cancel(id("a"), "make room"));
    assertThat(begun(tick(cell, 1))).isEmpty();

    assertThat(begun(tick(cell, 1))).containsExactly(due(1));
    assertThat(schedule(cell).refusals()).isZero();
    assertThat(schedule(cell).due().orElseThrow().at().micros()).isEqualTo(20 * SECOND);
  }

  /** What is run by an occurrence is no occurrence. */
  @Test
  void countsItsOwnInvocationsOnly() {
    assertThat(due(3).schedule()).contains(NAME);
    assertThat(due(3).run(1).schedule()).isEmpty();
    assertThat(id("shop").run(3).schedule()).isEmpty();
    assertThat(id("shop").schedule()).isEmpty();
  }
}
