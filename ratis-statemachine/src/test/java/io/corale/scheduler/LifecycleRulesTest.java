package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.CloudEvents;
import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How apply tells of the beginnings and ends of invocations, to whom, and of which it does not. */
class LifecycleRulesTest {
  private static final int EAR = 7;
  private static final long ACCEPTED_MILLIS = 1_700_000_000_000L;
  private static final CompositionRef TELLING = new CompositionRef("report", "1.0.0");
  private static final Timing ANY = new Timing.On(false, List.of(Subscription.ALL), true);

  /** A cell in which an invocation of a silent composition listens to everything. */
  private static TestCell listening() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0,
        new Command.Define(TELLING, Payload.ofJson("{}"), Optional.of("acme")),
        submit(
            "ear",
            steps(
                new Step.Listen(0, EAR, List.of(Subscription.ALL)),
                new Step.Arm(0, 1, 1_000 * SECOND))));
    return cell;
  }

  private static Command begin(String id, Step... steps) {
    return begin(id, ACCEPTED_MILLIS, steps);
  }

  private static Command begin(String id, long acceptedWallMillis, Step... steps) {
    Command.Submit submit = (Command.Submit) submit(id, steps(steps));
    return new Command.Submit(
        submit.invocation(),
        TELLING,
        submit.input(),
        submit.caller(),
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        submit.deadlineMicros(),
        submit.receiptMicros(),
        submit.rankMicros(),
        submit.transition(),
        acceptedWallMillis,
        submit.traceParent());
  }

  /** What waits at the ear. */
  private static List<Event> told(TestCell cell) {
    return cell.scheduler.image().branches().stream()
        .filter(branch -> branch.key().invocation().equals(id("ear")))
        .flatMap(branch -> branch.waiting().ears().all().stream())
        .flatMap(ear -> ear.mailbox().stream())
        .map(Mail::event)
        .toList();
  }

  private static List<String> types(TestCell cell) {
    return told(cell).stream()
        .map(event -> event.type().replace("io.serverlessworkflow.workflow.", ""))
        .toList();
  }

  @Test
  void tellsOfABeginningAndAnEnd() {
    TestCell cell = listening();

    cell.apply(0, begin("a", new Step.Emit(new Event("1", "/a", "own", "", Payload.NULL)), end(0)));
    cell.apply(0, begin("b", end(0)));

    assertThat(types(cell))
        .containsExactly("started.v1", "own", "completed.v1", "started.v1", "completed.v1");
    Event completed = told(cell).get(4);
    assertThat(completed.id()).isEqualTo("b/completed");
    assertThat(completed.source()).isEqualTo("/acme/report");
    assertThat(completed.subject()).isEqualTo("b");
    assertThat(completed.content().json())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"b/completed\",\"source\":\"/acme/report\","
                + "\"type\":\"io.serverlessworkflow.workflow.completed.v1\",\"subject\":\"b\","
                + "\"time\":\"2023-11-14T22:13:20Z\",\"datacontenttype\":\"application/json\","
                + "\"data\":{\"name\":\"b\",\"definition\":{\"namespace\":\"acme\","
                + "\"name\":\"report\",\"version\":\"1.0.0\"},"
                + "\"completedAt\":\"2023-11-14T22:13:20Z\",\"output\":\"out0\"}}");
  }

  /** Whoever remembers what he has heard does not take today's for yesterday's. */
  @Test
  void tellsOfAnIdThatComesAgainUnderNamesOfItsOwn() {
    TestCell cell = listening();
    cell.apply(0, new Command.ActivateVersion(Entry.NEWEST_FORMAT));

    cell.apply(0, begin("a", end(0)));
    cell.apply(100 * SECOND, new Command.Tick());
    cell.apply(0, begin("a", ACCEPTED_MILLIS + 100_000, end(0)));

    assertThat(told(cell).stream().map(Event::id))
        .containsExactly(
            "a/1700000000000/started",
            "a/1700000000000/completed",
            "a/1700000100000/started",
            "a/1700000100000/completed");
  }

  /** Whoever decides on the end. */
  @Test
  void tellsOfFaultsAndCancels() {
    TestCell cell = listening();
    Problem problem = Problem.validation("a \"quote\",\na line \\ \u0001", "/do/0");
    cell.apply(0, begin("a", new Step.Fault(problem)));
    cell.apply(0, begin("b", new Step.End(9, Payload.NULL)));
    cell.apply(0, begin("c", new Step.Arm(0, 1, SECOND)));

    cell.apply(0, new Command.Cancel(id("c"), "enough"));

    assertThat(types(cell))
        .containsExactly(
            "started.v1", "faulted.v1", "started.v1", "faulted.v1", "started.v1", "cancelled.v1");
    for (Event event : told(cell)) {
      assertThat(CloudEvents.read(event.content())).isEqualTo(event);
    }
    assertThat(told(cell).get(1).content().json())
        .contains("a \\\"quote\\\",\\u000aa line \\\\ \\u0001");
  }

  @Test
  void tellsNothingUnlessItIsAsked() {
    TestCell cell = listening();

    cell.apply(0, submit("a", steps(end(0))));

    assertThat(told(cell)).isEmpty();
  }

  @Test
  void leavesOutAnOutputThatDoesNotFit() {
    TestCell cell = listening();
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES - 2) + "\"");

    cell.apply(0, begin("a", new Step.End(0, large)));

    assertThat(types(cell)).containsExactly("started.v1", "completed.v1");
    assertThat(told(cell).get(1).content().json()).doesNotContain("output");
  }

  /** Otherwise a composition that hears everything would run for ever. */
  @Test
  void whatBeganByThatTellsNothingNorDoesWhatItRuns() {
    TestCell cell = listening();
    cell.apply(0, new Command.Schedule(new Schedule.Plan(TELLING, ANY, Overlap.ALLOW, SECOND), 0));

    Applied began = cell.apply(0, begin("a", new Step.Arm(0, 1, 1_000 * SECOND)));
    Effect.Continue first = effects(began, Effect.Continue.class).get(0);
    Transition.RunSpec run =
        new Transition.RunSpec(TELLING, Payload.NULL, true, SECOND, SECOND, "/do");
    cell.apply(0, advance(first, new Step.Run(0, run)));

    InvocationId occurrence = InvocationId.scheduled("report", 1);
    assertThat(first.branch().invocation()).isEqualTo(occurrence);
    assertThat(cell.scheduler.status(occurrence.run(1))).isPresent();
    assertThat(types(cell)).containsExactly("started.v1");
    assertThat(cell.scheduler.schedules().get(0).counts().begun()).isEqualTo(1);
  }

  @Test
  void isTheSameAfterASnapshot() {
    TestCell cell = listening();
    OwnerScheduler restored = OwnerScheduler.restore(cell.scheduler.image());
    TestCell again = new TestCell(restored);

    again.takeOver();
    again.apply(0, begin("a", end(0)));

    assertThat(types(again)).containsExactly("started.v1", "completed.v1");
  }
}
