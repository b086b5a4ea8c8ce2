package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule 12: how much a superpeer may have started that it has not seen, should it die now. */
class TailRulesTest {
  private static final Command TICK = new Command.Tick();

  /** A quarter of the slots, and always one. */
  @ParameterizedTest
  @CsvSource({"1,1", "3,1", "4,1", "7,1", "8,2", "12,3", "100,25"})
  void startsAQuarterOfTheLimitUnseen(int limit, int most) {
    TestCell cell = open(limit);

    Applied first = cell.apply(0, submits(120));
    long unseen = cell.index() - 1;
    Applied second = cell.applyHaving(unseen, 0, TICK);

    assertThat(starts(first)).hasSize(most);
    assertThat(starts(second)).isEmpty();
  }

  /** What it has applied by the time it packs its next entry, it has seen. */
  @Test
  void startsMoreOnceWhatWasStartedIsSeen() {
    TestCell cell = open(8);
    cell.apply(0, submits(9));
    long first = cell.index();
    cell.applyHaving(first - 1, 0, TICK);

    Applied seen = cell.applyHaving(first, 0, TICK);

    assertThat(starts(seen)).containsExactly(attempt("i2", 1, 1), attempt("i3", 1, 1));
    assertThat(cell.slots()).isEqualTo("4+0");
    assertThat(starts(cell.applyHaving(first, 0, TICK))).isEmpty();
    assertThat(starts(cell.apply(0, TICK))).hasSize(2);
    assertThat(starts(cell.apply(0, TICK))).hasSize(2);
    assertThat(starts(cell.apply(0, TICK))).as("all slots are taken").isEmpty();
  }

  /** Each scope of the tree has its own share; the others go on. */
  @Test
  void boundsEachScopeByItsOwnLimit() {
    TestCell cell = new TestCell().opened(tree(40, 4)).boundingTail();
    cell.apply(0, submits(5));

    assertThat(cell.slots()).isEqualTo("1+0");
    assertThat(starts(cell.apply(0, TICK))).hasSize(1);
  }

  /** A call that waits for nothing else starts though nobody asks for anything. */
  @Test
  void asksForAnEntryWhileCallsWaitForItAlone() {
    TestCell cell = open(4);

    assertThat(asks(cell.apply(0, submits(5)))).isTrue();
    assertThat(cell.scheduler.resume()).contains(new Effect.Acknowledge());
    assertThat(asks(cell.apply(0, TICK))).isTrue();
    assertThat(asks(cell.apply(0, TICK))).isTrue();
    assertThat(asks(cell.apply(0, TICK))).as("no slot is free").isFalse();
    assertThat(cell.slots()).isEqualTo("4+0");
    assertThat(cell.scheduler.resume()).isEmpty();
  }

  /** Entries are dear: none is asked for where it would start nothing. */
  @Test
  void asksForNothingWhereNothingWaits() {
    TestCell cell = open(4);

    assertThat(asks(cell.apply(0, submit("a")))).isFalse();
    assertThat(asks(cell.applyHaving(cell.index() - 1, 0, submit("b")))).isTrue();
  }

  /** With one slot nothing is slower: its next call starts in the entry that frees it. */
  @Test
  void startsTheNextCallOfAChainAtOnce() {
    TestCell cell = open(1);
    cell.apply(0, submit("a"), submit("b"));

    Applied settled = cell.apply(0, settle(attempt("a", 1, 1), success()));

    assertThat(starts(settled)).containsExactly(attempt("b", 1, 1));
  }

  /** A slot that is free is not of the tail, whoever freed it. */
  @Test
  void givesThePlaceOfAFreedSlotBack() {
    TestCell cell = open(4);
    cell.apply(0, submits(3));
    long unseen = cell.index() - 1;

    Applied freed =
        cell.applyHaving(unseen, 0, settle(attempt("i0", 1, 1), new Outcome.NotSent("deposed")));

    assertThat(starts(freed)).hasSize(1);
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  /** A slot whose fence ends is free as well. */
  @Test
  void givesThePlaceOfAnEndedLeaseBack() {
    TestCell cell = open(4);
    cell.apply(0, submits(3));
    long unseen = cell.index() - 1;
    cell.applyHaving(unseen, 0, settle(attempt("i0", 1, 1), new Outcome.TimedOut(true)));
    assertThat(cell.slots()).isEqualTo("0+1");

    assertThat(starts(cell.applyHaving(unseen, FENCE, TICK))).hasSize(1);
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  /**
   * The share of a dead superpeer stands still until its fences end; the next has one of its own.
   */
  @Test
  void givesEachExecutorAShareOfItsOwn() {
    TestCell cell = open(8);
    cell.apply(0, submits(9));

    Applied takenOver = cell.takeOver();

    assertThat(starts(takenOver)).hasSize(2);
    assertThat(asks(takenOver)).isTrue();
    assertThat(cell.slots()).isEqualTo("2+2");
  }

  /** Rule 22: a take-over that is applied twice says nothing of what was seen. */
  @Test
  void forgetsNothingWhereTheSameExecutorTakesOverAgain() {
    TestCell cell = open(4);
    cell.apply(0, submits(3));
    long unseen = cell.index() - 1;

    Command again = new Command.TakeOver(TestCell.executor(1));

    assertThat(starts(cell.applyHaving(unseen, 0, again))).isEmpty();
  }

  /** What somebody else had applied says nothing of what the executor has seen. */
  @Test
  void believesTheExecutorAlone() {
    TestCell cell = open(4);
    cell.apply(0, submits(3));
    long seen = cell.index();
    Entry stray = new Entry(TestCell.executor(3), 9, 0, seen, true, List.of(TICK));

    assertThat(starts(cell.scheduler.apply(1, seen + 1, stray))).isEmpty();
  }

  /** Rule 36: what older builds wrote leads to where it led. */
  @Test
  void boundsNothingInEntriesOfOlderBuilds() {
    TestCell cell = TestCell.open(8);

    Applied applied = cell.applyHaving(0, 0, submits(9));

    assertThat(starts(applied)).hasSize(8);
    assertThat(asks(applied)).isFalse();
    assertThat(cell.scheduler.image().header().tailFrom()).isZero();
    assertThat(cell.scheduler.image().header().format()).isEqualTo(1);
  }

  /** Rule 35: a replica that comes back in the middle knows what is unseen. */
  @Test
  void goesOnAlikeAfterARestoreInTheMiddle() {
    TestCell cell = open(8);
    cell.apply(0, submit("a"));
    cell.applyHaving(cell.index() - 1, 0, submits(9));
    long first = cell.index() - 1;
    TestCell other = new TestCell(OwnerScheduler.restore(cell.scheduler.image())).boundingTail();

    for (long seen : List.of(0L, first, first + 1, first + 3)) {
      Applied here = cell.applyHaving(seen, SECOND, TICK);
      assertThat(other.applyHaving(seen, SECOND, TICK)).isEqualTo(here);
    }

    assertThat(other.scheduler.image()).isEqualTo(cell.scheduler.image());
    assertThat(cell.slots()).isEqualTo("5+0");
  }

  /** A limit that is lowered stops nothing that runs, and starts nothing before there is room. */
  @Test
  void staysShutWhereALowerLimitLeavesNoShare() {
    TestCell cell = open(16);
    cell.apply(0, submits(20));
    long unseen = cell.index() - 1;
    assertThat(cell.slots()).isEqualTo("4+0");

    Command lowered = new Command.Configure(TestCell.account(2, 8));

    assertThat(starts(cell.applyHaving(unseen, 0, lowered))).isEmpty();
    assertThat(starts(cell.applyHaving(unseen + 1, 0, TICK))).hasSize(2);
  }

  private static TestCell open(int limit) {
    return TestCell.open(limit).boundingTail();
  }

  private static Account tree(int root, int label) {
    return new Account(
        TestCell.ACCOUNT,
        "sim",
        1,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), root),
            new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), label)));
  }

  private static Command[] submits(int count) {
    List<Command> submits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      submits.add(submit("i" + i));
    }
    return submits.toArray(new Command[0]);
  }

  private static boolean asks(Applied applied) {
    return !effects(applied, Effect.Acknowledge.class).isEmpty();
  }
}
