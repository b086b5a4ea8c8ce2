package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.ended;
import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.prioritize;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.ControlCell.started;
import static io.corale.scheduler.ControlCell.submission;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What runs may have another class or deadline, as if it were submitted now (ADR 32). */
class PriorityRulesTest {
  /**
   * What a standard invocation of a {@link TestCell} is allowed: five times its rank, and slack.
   */
  private static final long ALLOWED = 5 * 2 * SECOND + Submissions.SLACK_MICROS;

  /** One that runs, and two that wait behind it in this order. */
  private static TestCell waiting() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"));
    cell.apply(SECOND, submit("b"));
    return cell;
  }

  @Test
  void whatBecomesMoreUrgentOvertakesWhatWaits() {
    TestCell cell = waiting();

    cell.apply(SECOND, prioritize("b", ServiceClass.URGENT));

    assertThat(cell.status("b").serviceClass()).isEqualTo(ServiceClass.URGENT);
    assertThat(started(cell.apply(0, ended("first")))).containsExactly("b");
    assertThat(cell.lastEvents("b", 2))
        .containsExactly(TraceEvent.Kind.PRIORITIZED, TraceEvent.Kind.STARTED);
  }

  @Test
  void whatBecomesLessUrgentIsOvertaken() {
    TestCell cell = waiting();

    cell.apply(SECOND, prioritize("a", ServiceClass.BATCH));

    assertThat(started(cell.apply(0, ended("first")))).containsExactly("b");
  }

  @Test
  void aDeadlineCountsFromNow() {
    TestCell cell = waiting();

    cell.apply(SECOND, prioritize("b", 4 * SECOND));

    assertThat(submission(cell, "b").deadlineMicros())
        .isEqualTo(cell.scheduler.cellTimeMicros() + 4 * SECOND);
    assertThat(started(cell.apply(0, ended("first")))).containsExactly("b");
  }

  /** Rule 17. */
  @Test
  void aDeadlineIsAtMostWhatItsClassAllows() {
    TestCell cell = waiting();

    cell.apply(SECOND, prioritize("b", 1_000 * SECOND));

    assertThat(submission(cell, "b").deadlineMicros())
        .isEqualTo(cell.scheduler.cellTimeMicros() + ALLOWED);
  }

  /** Rule 17: others do not pay for what a caller has waiting. */
  @Test
  void isCorrectedForTheBacklogOfItsNewFlowWithoutItself() {
    TestCell cell = waiting();
    for (int i = 0; i < 20; i++) {
      cell.apply(0, submit("u" + i, ServiceClass.BATCH, steps(new Step.Call(0, spec()))));
    }

    cell.apply(SECOND, prioritize("b", ServiceClass.BATCH));

    // Twenty of two seconds, and of the two flows each has half of the only slot.
    long allowed = 50 * 2 * SECOND + Submissions.SLACK_MICROS;
    assertThat(submission(cell, "b").deadlineMicros())
        .isEqualTo(cell.scheduler.cellTimeMicros() + Math.max(allowed, 20 * 2 * SECOND * 2));
    cell.apply(SECOND, prioritize("b", SECOND));
    assertThat(submission(cell, "b").deadlineMicros())
        .isEqualTo(cell.scheduler.cellTimeMicros() + 20 * 2 * SECOND * 2);
  }

  @Test
  void whoAsksForMoreNeverLosesByThat() {
    TestCell cell = waiting();
    long deadline = submission(cell, "a").deadlineMicros();

    cell.apply(2 * SECOND, prioritize("a", ServiceClass.STANDARD));

    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline);
  }

  @Test
  void whatIsLateBeginsAnew() {
    TestCell cell = waiting();

    cell.apply(60 * SECOND, prioritize("a", ServiceClass.STANDARD));

    assertThat(submission(cell, "a").deadlineMicros())
        .isGreaterThanOrEqualTo(cell.scheduler.cellTimeMicros() + ALLOWED);
  }

  /** What is awaited is a part of the work. */
  @Test
  void whatItAwaitsFollows() {
    TestCell cell = waiting();
    Step run =
        new Step.Run(
            0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
    Applied begun = cell.apply(SECOND, submit("c", steps(run)));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));

    cell.apply(SECOND, prioritize("c", ServiceClass.URGENT));

    assertThat(cell.status("c~1").serviceClass()).isEqualTo(ServiceClass.URGENT);
    assertThat(submission(cell, "c~1").deadlineMicros())
        .isEqualTo(submission(cell, "c").deadlineMicros());
    assertThat(started(cell.apply(0, ended("first")))).containsExactly("c~1");
    cell.apply(0, ended("c~1")); // Its flow has begun that work.
  }

  @Test
  void whatEndsIsCountedInItsNewFlow() {
    TestCell cell = waiting();
    cell.apply(0, prioritize("a", ServiceClass.BATCH), prioritize("a", ServiceClass.INTERACTIVE));

    cell.apply(0, ended("first"));
    cell.apply(0, ended("a"));
    cell.apply(0, ended("b"));

    cell.apply(0, submit("c"));
    assertThat(submission(cell, "c").deadlineMicros())
        .isEqualTo(cell.scheduler.cellTimeMicros() + ALLOWED);
  }

  @Test
  void whatIsHeldComesBackToItsNewPlace() {
    TestCell cell = waiting();
    cell.apply(0, hold(one("b")));
    cell.apply(0, prioritize("b", ServiceClass.URGENT));
    cell.apply(0, release(one("b")));

    assertThat(started(cell.apply(0, ended("first")))).containsExactly("b");
  }

  /** What was held before it is not made up for twice. */
  @Test
  void whileItIsHeldItsDeadlineCountsFromNowAsWell() {
    for (Target target : List.of(one("b"), ControlCell.owner())) {
      TestCell cell = waiting();
      cell.apply(SECOND, hold(target));
      cell.apply(1_000 * SECOND, prioritize("b", 4 * SECOND));
      long deadline = submission(cell, "b").deadlineMicros();

      cell.apply(10 * SECOND, release(target));

      assertThat(submission(cell, "b").deadlineMicros())
          .as("%s", target)
          .isEqualTo(deadline + 10 * SECOND);
    }
  }

  @Test
  void aRestoredReplicaHasTheSameOrder() {
    TestCell cell = waiting();
    cell.apply(SECOND, prioritize("b", 3 * SECOND));

    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(started(restored.apply(0, ended("first")))).containsExactly("b");
    assertThat(started(cell.apply(0, ended("first")))).containsExactly("b");
    assertThat(restored.scheduler.image().invocations())
        .isEqualTo(cell.scheduler.image().invocations());
  }

  @Test
  void refusesWhatIsNotKnownHasEndedOrIsAPartOfAnother() {
    TestCell cell = waiting();
    Step run =
        new Step.Run(
            0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
    cell.apply(0, submit("c", steps(run)), ended("first"));

    assertThat(refusal(cell, prioritize("x", SECOND)).code()).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(refusal(cell, prioritize("first", SECOND)).code()).isEqualTo(Refusal.Code.CONFLICT);
    Refusal part = refusal(cell, prioritize("c~1", SECOND));
    assertThat(part.code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(part.message()).contains("a part of c,");
    assertThatThrownBy(() -> prioritize("a", 0)).hasMessageContaining("a microsecond ahead");
    assertThatThrownBy(
            () ->
                new Command.Prioritize(
                    TestCell.id("a"), Optional.empty(), OptionalLong.empty(), "me", 1))
        .hasMessageContaining("a class, a deadline, or both");
  }

  private static Refusal refusal(TestCell cell, Command command) {
    return ((Result.Refused) cell.apply(0, command).results().get(0)).refusal();
  }
}
