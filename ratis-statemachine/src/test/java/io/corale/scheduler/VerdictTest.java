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
  @Test
  void mostMembersAreRight() {
    Verdict verdict = verdict(3, 7, 7, 8);

    assertThat(verdict.of(7)).isEqualTo(Judgement.AGREES);
    assertThat(verdict.of(8)).isEqualTo(Judgement.DIFFERS);
  }

  /** Who was away judges itself when it gets there. */
  @Test
  void whoHasNotAnsweredJudgesItselfByTheOthers() {
    Verdict verdict = verdict(3, 7, 7);

    assertThat(verdict.of(7)).isEqualTo(Judgement.AGREES);
    assertThat(verdict.of(9)).isEqualTo(Judgement.DIFFERS);
  }

  @Test
  void nobodyIsRightWhereNoMostAgree() {
    assertThat(verdict(3, 7, 8, 9).of(7)).isEqualTo(Judgement.SPLIT);
    assertThat(verdict(4, 7, 7, 8, 8).of(7)).isEqualTo(Judgement.SPLIT);
    assertThat(verdict(2, 7, 8).of(8)).isEqualTo(Judgement.SPLIT);
  }

  /** The third may say who is right: it is asked for, but not for ever. */
  @Test
  void twoThatDifferWaitForTheThird() {
    assertThat(verdict(3, 7, 8).of(7)).isEqualTo(Judgement.OPEN);
    assertThat(verdict(3, 7, 8).leavesDoubt()).isTrue();
    assertThat(new Verdict(1, 3, true, verdict(3, 7, 8).digests()).of(7))
        .isEqualTo(Judgement.SPLIT);
    assertThat(verdict(3, 7, 7).leavesDoubt()).isFalse();
  }

  /** Two of five say the same: that proves nothing, and accuses nobody. */
  @Test
  void tooFewProveNothing() {
    assertThat(verdict(5, 7, 7).of(8)).isEqualTo(Judgement.OPEN);
    assertThat(verdict(3, 7).of(8)).isEqualTo(Judgement.OPEN);
  }

  private static Verdict verdict(int members, long... digests) {
    SortedMap<NodeId, Long> measured = new TreeMap<>();
    for (int i = 0; i < digests.length; i++) {
      measured.put(new NodeId("n" + i), digests[i]);
    }
    return new Verdict(1, members, false, measured);
  }
}
