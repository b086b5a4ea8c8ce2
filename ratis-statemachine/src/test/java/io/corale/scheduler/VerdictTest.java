package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.scheduler.Command.Verdict;
import io.corale.scheduler.Command.Verdict.Judgement;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rule 39: most members are right, and where there is no such thing nobody is. */
final class VerdictTest {
  private static final NodeId AWAY = new NodeId("away");

  @Test
  void mostMembersAreRight() {
    Verdict verdict = verdict(3, 7, 7, 8);

    assertThat(verdict.of(node(0), 7)).isEqualTo(Judgement.AGREES);
    assertThat(verdict.of(node(2), 8)).isEqualTo(Judgement.DIFFERS);
  }

  /** Who was away judges itself when it gets there. */
  @Test
  void whoHasNotAnsweredJudgesItselfByTheOthers() {
    Verdict verdict = verdict(3, 7, 7);

    assertThat(verdict.of(AWAY, 7)).isEqualTo(Judgement.AGREES);
    assertThat(verdict.of(AWAY, 9)).isEqualTo(Judgement.DIFFERS);
  }

  @Test
  void nobodyIsRightWhereNoMostAgree() {
    assertThat(verdict(3, 7, 8, 9).of(node(0), 7)).isEqualTo(Judgement.SPLIT);
    assertThat(verdict(4, 7, 7, 8, 8).of(node(0), 7)).isEqualTo(Judgement.SPLIT);
    assertThat(verdict(2, 7, 8).of(node(1), 8)).isEqualTo(Judgement.SPLIT);
  }

  /** The third may say who is right: it is asked for, but not for ever. */
  @Test
  void twoThatDifferWaitForTheThird() {
    assertThat(verdict(3, 7, 8).of(node(0), 7)).isEqualTo(Judgement.OPEN);
    assertThat(verdict(3, 7, 8).leavesDoubt()).isTrue();
    assertThat(lastWord(3, 7, 8).of(node(0), 7)).isEqualTo(Judgement.SPLIT);
    assertThat(verdict(3, 7, 7).leavesDoubt()).isFalse();
  }

  /** They have stopped; it is as right as one of them, and must not stop as well. */
  @Test
  void theThirdCountsItselfWhenItComes() {
    assertThat(lastWord(3, 7, 8).of(AWAY, 7)).isEqualTo(Judgement.AGREES);
    assertThat(lastWord(3, 7, 8).of(AWAY, 9)).isEqualTo(Judgement.SPLIT);
  }

  /** It was lost since, and has another state now. */
  @Test
  void whatAnEarlierLifeMeasuredDoesNotCount() {
    assertThat(verdict(3, 7, 8, 9).of(node(2), 7)).isEqualTo(Judgement.AGREES);
  }

  /** Two of five say the same: that proves nothing, and accuses nobody. */
  @Test
  void tooFewProveNothing() {
    assertThat(verdict(5, 7, 7).of(AWAY, 8)).isEqualTo(Judgement.OPEN);
    assertThat(lastWord(5, 7, 7).of(AWAY, 8)).isEqualTo(Judgement.OPEN);
    assertThat(verdict(3, 7).of(AWAY, 8)).isEqualTo(Judgement.OPEN);
  }

  private static Verdict lastWord(int members, long... digests) {
    return new Verdict(1, members, true, verdict(members, digests).digests());
  }

  private static NodeId node(int number) {
    return new NodeId("n" + number);
  }

  private static Verdict verdict(int members, long... digests) {
    SortedMap<NodeId, Long> measured = new TreeMap<>();
    for (int i = 0; i < digests.length; i++) {
      measured.put(node(i), digests[i]);
    }
    return new Verdict(1, members, false, measured);
  }
}
