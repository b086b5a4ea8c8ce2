package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.outputs;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a list is spread over branches (rule 20). */
class SpreadRulesTest {
  private static final Payload SEED = Payload.ofJson("\"seed\"");

  @Test
  void opensAsManyAsItMayAndRemembersTheSeed() {
    TestCell cell = TestCell.open(1);

    Applied applied = cell.apply(0, submit("a", steps(spread(5, 2))));

    List<Effect.Continue> opened = effects(applied, Effect.Continue.class);
    assertThat(opened).extracting(next -> next.branch().branch()).containsExactly(1, 2);
    assertThat(opened).extracting(next -> next.branch().state()).containsOnly(SEED);
    assertThat(opened).extracting(Effect.Continue::signal).containsExactly(item(0), item(1));
    assertThat(cell.scheduler.resume()).isEqualTo(applied.effects());
  }

  /** At every index as many are open as may be, until none is left; the invariants look on. */
  @Test
  void opensTheNextInTheEntryInWhichOneEnds() {
    TestCell cell = TestCell.open(1);
    List<Effect.Continue> open =
        new ArrayList<>(continues(cell.apply(0, submit("a", steps(spread(7, 3))))));
    for (int ended = 1; ended <= 7; ended++) {
      Effect.Continue next = open.remove(open.size() / 2);
      Applied applied = cell.apply(0, advance(next, end(next.branch().branch())));

      open.addAll(continues(applied));
      assertThat(open).hasSize(ended == 7 ? 1 : Math.min(3, 7 - ended));
    }
    assertThat(open.get(0).branch().branch()).isZero();
    assertThat(outputs(open.get(0)))
        .isEqualTo(IntStream.rangeClosed(1, 7).mapToObj(i -> "\"out" + i + "\"").toList());
    cell.apply(0, advance(open.get(0), end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  @Test
  void holdsBackWhatMayNotBeOpen() {
    TestCell cell = TestCell.open(9);
    Applied opened = cell.apply(0, submit("a", steps(spread(4, 1))));

    Applied called = cell.apply(0, advance(onlyContinue(opened), new Step.Call(1, spec())));

    assertThat(starts(called)).hasSize(1);
    assertThat(effects(called, Effect.Continue.class)).isEmpty();
    assertThat(cell.scheduler.image().branches()).hasSize(2);
  }

  @Test
  void endsWithTheFirstChildThatFails() {
    TestCell cell = TestCell.open(9);
    List<Effect.Continue> open = continues(cell.apply(0, submit("a", steps(spread(9, 3)))));
    cell.apply(0, advance(open.get(0), new Step.Call(1, spec())));
    Problem problem = Problem.validation("no", "/do/0");

    Applied failed = cell.apply(0, advance(open.get(1), new Step.Fail(2, problem)));

    assertThat(onlyContinue(failed).branch().branch()).isZero();
    assertThat(onlyContinue(failed).signal()).isEqualTo(new Signal.Failed(problem));
    assertThat(effects(failed, Effect.Stop.class)).hasSize(1);
    assertThat(cell.scheduler.image().branches()).hasSize(1);
    Applied late = cell.apply(0, advance(open.get(2), end(3)));
    assertThat(late.results()).containsExactly(new Result.Stale());
    assertThat(late.effects()).isEmpty();
  }

  @Test
  void endsWhenItsParentTimesOut() {
    TestCell cell = TestCell.open(9);
    Step.Arm timeout = new Step.Arm(0, 1, SECOND);
    List<Effect.Continue> open =
        continues(cell.apply(0, submit("a", steps(timeout, spread(9, 3)))));
    cell.apply(0, advance(open.get(0), end(1)));

    Applied due = cell.apply(SECOND, advance(open.get(1), end(2)));

    assertThat(due.results()).containsExactly(new Result.Stale());
    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.scheduler.image().branches()).hasSize(1);
    cell.apply(0, advance(onlyContinue(due), spread(2, 2)));
    assertThat(cell.scheduler.image().branches()).hasSize(3);
  }

  /** Rule 35. */
  @Test
  void goesOnAfterASnapshot() {
    TestCell cell = TestCell.open(1);
    List<Effect.Continue> open = continues(cell.apply(0, submit("a", steps(spread(5, 2)))));
    cell.apply(0, advance(open.get(0), end(1)));
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    Applied next = restored.apply(0, advance(open.get(1), end(2)));

    assertThat(onlyContinue(next).signal()).isEqualTo(item(3));
  }

  @Test
  void spreadsInsideSpreads() {
    TestCell cell = TestCell.open(1);
    Applied outer = cell.apply(0, submit("a", steps(spread(2, 1))));
    Step inner = new Step.Spread(1, SEED, items(2), 1);
    Applied first = cell.apply(0, advance(onlyContinue(outer), inner));
    Applied second = cell.apply(0, advance(onlyContinue(first), end(2)));
    Applied joined = cell.apply(0, advance(onlyContinue(second), end(3)));
    assertThat(onlyContinue(joined).branch().branch()).isEqualTo(1);

    Applied next = cell.apply(0, advance(onlyContinue(joined), end(1)));

    assertThat(onlyContinue(next).signal()).isEqualTo(item(1));
  }

  @Test
  void refusesNoItemsAndTooMany() {
    assertThat(problemOf(new Step.Spread(0, SEED, List.of(), 1))).contains("a list of 0 items");
    assertThat(problemOf(spread(Step.Spread.MAX_ITEMS + 1, 1))).contains("from 1 to 12000");
    assertThat(problemOf(spread(1, 1), new Step.Open(0))).contains("list of children already");
    assertThat(problemOf(spread(1, 1), spread(1, 1))).contains("waits already");
    assertThat(problemOf(new Step.Call(0, spec()), spread(1, 1))).contains("waits already");
  }

  /** Rule 20: what the items bring back is bounded long before all of them have ended. */
  @Test
  void failsOnceItsOutputsAreTooMuchForOneJoin() {
    TestCell cell = TestCell.open(1);
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES - 2) + "\"");
    Applied applied = cell.apply(0, submit("a", steps(spread(400, 1))));
    int ended = 0;
    while (onlyContinue(applied).branch().branch() != 0) {
      ended++;
      Effect.Continue next = onlyContinue(applied);
      applied = cell.apply(0, advance(next, new Step.End(next.branch().branch(), large)));
    }

    assertThat(ended).isEqualTo(129); // 4 MiB are 128 outputs of 32 KiB.
    assertThat(onlyContinue(applied).signal()).isInstanceOf(Signal.Failed.class);
    assertThat(cell.scheduler.image().branches()).hasSize(1);
  }

  /**
   * Ten thousand items in time and memory that grow with their number: an item costs as much at the
   * end of the list as at its beginning.
   */
  @Test
  void spreadsTenThousandItems() {
    TestCell cell = TestCell.open(16);
    cell.withoutInvariants();
    int items = 10_000;
    List<Effect.Continue> open =
        new ArrayList<>(continues(cell.apply(0, submit("a", steps(spread(items, 16))))));
    long[] nanos = new long[4];
    long mostBytes = 0;
    for (int i = 0; i < items; i++) {
      if (i % 1_000 == 0 || i == items - 1) {
        long bytes = cell.scheduler.image().branches().stream().mapToLong(Branch::sizeBytes).sum();
        mostBytes = Math.max(mostBytes, bytes);
      }
      Effect.Continue next = open.remove(0);
      int branch = next.branch().branch();
      long before = System.nanoTime();
      open.addAll(continues(cell.apply(0, advance(next, end(branch)))));
      nanos[i * 4 / items] += System.nanoTime() - before;
      assertThat(open).hasSizeLessThanOrEqualTo(16);
    }

    assertThat(outputs(open.get(0))).hasSize(items);
    assertThat(mostBytes).isLessThan(5_000_000);
    System.out.printf(
        "10,000 items: at most %,d bytes; %d, %d, %d, %d us for an item in each quarter%n",
        mostBytes,
        nanos[0] / items * 4 / 1_000,
        nanos[1] / items * 4 / 1_000,
        nanos[2] / items * 4 / 1_000,
        nanos[3] / items * 4 / 1_000);
    assertThat(cell.scheduler.invariants()).isEmpty();
  }

  private static List<Effect.Continue> continues(Applied applied) {
    return effects(applied, Effect.Continue.class);
  }

  private static Step spread(int items, int parallelism) {
    return new Step.Spread(0, SEED, items(items), parallelism);
  }

  private static List<Payload> items(int count) {
    return IntStream.range(0, count).mapToObj(i -> Payload.ofJson(Integer.toString(i))).toList();
  }

  private static Signal item(int index) {
    return new Signal.Item(index, Payload.ofJson(Integer.toString(index)));
  }

  private static String problemOf(Step... steps) {
    Applied applied = TestCell.open(1).apply(0, submit("a", steps(steps)));
    Ending ending = effects(applied, Effect.Answer.class).get(0).ending();
    return ((Ending.Faulted) ending).problem().detail();
  }
}
