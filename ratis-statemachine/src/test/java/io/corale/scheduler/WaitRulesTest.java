package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Retry;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * How long calls wait for a slot, in cell time: from the entry that queues to the one that starts.
 */
class WaitRulesTest {
  @Test
  void saysHowLongACallHasWaited() {
    TestCell cell = TestCell.open(1).keepingWaits();
    Applied first = cell.apply(SECOND, submit("a"), submit("b"));

    Applied next = cell.apply(3 * SECOND, settle(attempt("a", 1, 1), at(0, 1, end(0))));

    assertThat(waits(first)).containsExactly(OptionalLong.of(0));
    assertThat(waits(next)).containsExactly(OptionalLong.of(3 * SECOND));
  }

  /** Its pause before another try is no wait. */
  @Test
  void countsFromTheMomentAtWhichItIsQueuedAgain() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("a", spec(new Retry(2, 5 * SECOND, 5 * SECOND))));
    cell.apply(SECOND, settle(attempt("a", 1, 1), new Outcome.TimedOut(false)));

    Applied again = cell.apply(7 * SECOND, new Command.Tick());

    assertThat(waits(again)).containsExactly(OptionalLong.of(0));
  }

  @Test
  void remembersItInSnapshots() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("a"), submit("b"));
    OwnerScheduler restored = OwnerScheduler.restore(cell.scheduler.image());

    Entry entry =
        new Entry(
            TestCell.executor(1),
            99,
            4 * SECOND,
            cell.index(),
            true,
            true,
            List.of(settle(attempt("a", 1, 1), at(0, 1, end(0)))));
    Applied next = restored.apply(1, cell.index() + 1, entry);

    assertThat(waits(next)).containsExactly(OptionalLong.of(4 * SECOND));
  }

  /** Rule 36: a build that does not know since when calls wait has the same state. */
  @Test
  void keepsNothingWhereAnOlderBuildWroteTheEntry() {
    TestCell cell = TestCell.open(1);
    cell.apply(SECOND, submit("a"), submit("b"));

    Applied next = cell.apply(3 * SECOND, settle(attempt("a", 1, 1), at(0, 1, end(0))));

    assertThat(cell.scheduler.image().calls()).allMatch(call -> call.queuedMicros() == 0);
    assertThat(waits(next)).containsExactly(OptionalLong.empty());
  }

  private static List<OptionalLong> waits(Applied applied) {
    return effects(applied, Effect.Start.class).stream().map(Effect.Start::waitedMicros).toList();
  }
}
