package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When replicas are compared, and that a verdict waits for all of them, but not for ever. */
final class ChecksTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final int EVERY = 50;
  private static final long PATIENCE_NANOS = Checks.PATIENCE.toNanos();

  private final Checks checks = new Checks(EVERY);

  @BeforeEach
  void threeMembers() {
    checks.members(Set.of(A, B, C));
  }

  @Test
  void isDueSoonAfterATermHasBegunAndThenEverySoManyEntries() {
    List<Integer> due = new ArrayList<>();
    for (int entry = 1; entry <= 2 * EVERY; entry++) {
      if (checks.applied(entry, entry(new Command.Tick()), 0)) {
        due.add(entry);
      }
    }

    assertThat(due).containsExactly(Checks.FIRST_AFTER, EVERY, 2 * EVERY);
  }

  /** Leaders may change so often that none applies many entries. */
  @Test
  void isDueAtMultiplesOfTheLogHoweverShortTheTerms() {
    checks.applied(EVERY - 1, entry(new Command.Tick()), 0);
    checks.begin();

    assertThat(checks.applied(EVERY, entry(new Command.Tick()), 0)).isTrue();
  }

  /** Else a busy cell would ask again and again before who is slow has answered. */
  @Test
  void asksAgainOnlyWhenItHasTold() {
    checks.applied(1, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(1, 1));
    checks.measured(B, new Measured(1, 1));
    for (int index = 2; index <= 3 * EVERY; index++) {
      assertThat(checks.applied(index, entry(new Command.Tick()), 0)).isFalse();
    }

    assertThat(checks.verdict(PATIENCE_NANOS)).contains(verdict(1, A, 1, B, 1));

    assertThat(checks.applied(3 * EVERY + 1, entry(new Command.Tick()), 0)).isTrue();
  }

  /** A lost message must not stop a cell; for ever, nobody may serve what may be wrong. */
  @Test
  void asksAgainWhoIsRightBeforeItGivesUp() {
    long index = 0;
    for (int doubt = 1; doubt <= Checks.MOST_DOUBTS; doubt++) {
      checks.applied(++index, entry(new Command.Check()), 0);
      checks.measured(A, new Measured(index, 1));
      checks.measured(B, new Measured(index, 2));

      assertThat(checks.verdict(PATIENCE_NANOS))
          .contains(
              new Command.Verdict(index, 3, doubt == Checks.MOST_DOUBTS, digests(A, 1, B, 2)));
      assertThat(checks.applied(++index, entry(new Command.Tick()), 0)).isTrue();
    }
  }

  /** Who names an entry that nobody has must not be silent from then on. */
  @Test
  void heedsNoMeasurementOfWhatIsFarAhead() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(Long.MAX_VALUE, 7));
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));
    checks.measured(C, new Measured(9, 1));

    assertThat(checks.verdict(1)).contains(verdict(9, A, 1, B, 1, C, 1));
  }

  @Test
  void tellsOnceAllHaveAnswered() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));
    assertThat(checks.verdict(1)).isEmpty();

    checks.measured(C, new Measured(9, 2));

    assertThat(checks.verdict(1)).contains(verdict(9, A, 1, B, 1, C, 2));
    assertThat(checks.verdict(1)).isEmpty();
  }

  /** Followers may apply an entry before their superpeer does. */
  @Test
  void heedsWhatWasMeasuredBeforeItAppliedTheCheck() {
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));
    checks.measured(C, new Measured(9, 1));

    checks.applied(9, entry(new Command.Check()), 0);

    assertThat(checks.verdict(1)).contains(verdict(9, A, 1, B, 1, C, 1));
  }

  @Test
  void goesOnWithoutWhoeverDoesNotAnswer() {
    checks.applied(9, entry(new Command.Check()), 5);
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));

    assertThat(checks.atNanos()).hasValue(5 + PATIENCE_NANOS);
    assertThat(checks.verdict(4 + PATIENCE_NANOS)).isEmpty();
    assertThat(checks.verdict(5 + PATIENCE_NANOS)).contains(verdict(9, A, 1, B, 1));
    assertThat(checks.atNanos()).isEqualTo(OptionalLong.empty());
  }

  @Test
  void oneAloneIsComparedWithNobody() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(9, 1));

    assertThat(checks.verdict(PATIENCE_NANOS)).isEmpty();
    assertThat(checks.atNanos()).isEmpty();
  }

  @Test
  void whatWasMeasuredElsewhereDoesNotCount() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(8, 7));
    checks.measured(new NodeId("stranger"), new Measured(9, 7));
    checks.measured(C, new Measured(9, 1));

    assertThat(checks.verdict(PATIENCE_NANOS)).contains(verdict(9, A, 1, C, 1));
  }

  /** What a removed member has said must accuse nobody. */
  @Test
  void whoIsAMemberNoMoreDoesNotCount() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));
    checks.measured(C, new Measured(9, 2));

    checks.members(Set.of(A, B));

    assertThat(checks.verdict(1)).contains(new Command.Verdict(9, 2, false, digests(A, 1, B, 1)));
  }

  @Test
  void anotherTermDoesNotTellWhatTheFormerHasAsked() {
    checks.applied(9, entry(new Command.Check()), 0);
    checks.measured(A, new Measured(9, 1));
    checks.measured(B, new Measured(9, 1));

    checks.begin();

    assertThat(checks.verdict(PATIENCE_NANOS)).isEmpty();
  }

  private static Command.Verdict verdict(long index, Object... nodesAndDigests) {
    return new Command.Verdict(index, 3, false, digests(nodesAndDigests));
  }

  private static SortedMap<NodeId, Long> digests(Object... nodesAndDigests) {
    SortedMap<NodeId, Long> digests = new TreeMap<>();
    for (int i = 0; i < nodesAndDigests.length; i += 2) {
      digests.put((NodeId) nodesAndDigests[i], ((Integer) nodesAndDigests[i + 1]).longValue());
    }
    return digests;
  }

  private static Entry entry(Command command) {
    return SuperpeerRig.entry(SuperpeerRig.SELF, 1, 0, command);
  }
}
