package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JoiningTest {
  private static final long LATE = 10 * Micros.SECOND;
  private final Joining joining = new Joining(List.of("a:1", "b:1", "c:1", "own:1"));

  @Test
  void twoSeedsAreEnough() {
    begin();
    joining.synced("a:1");
    boolean afterOne = joining.isDone(1);
    joining.synced("b:1");

    assertThat(afterOne).isFalse();
    assertThat(joining.isDone(1)).isTrue();
  }

  /** Three seconds are for seeds that say nothing; who tells is heard to the end. */
  @Test
  void whileASeedTellsItIsWaitedForButNotForEver() {
    begin();
    joining.failed("a:1");
    joining.failed("b:1");
    joining.telling("c:1");

    assertThat(joining.isDone(LATE)).isFalse();
    assertThat(joining.isDone(Joining.MOST_MICROS)).isTrue();
    joining.failed("c:1");
    assertThat(joining.isDone(LATE)).isTrue();
  }

  @Test
  void aSeedThatFailedAtFirstAndTellsNowCountsAsOneThatTells() {
    begin();
    joining.synced("a:1");
    joining.failed("b:1");
    joining.failed("c:1");
    joining.telling("b:1");

    assertThat(joining.isDone(LATE)).isFalse();
  }

  /** Seeds are compared with like all others afterwards, and may have more to tell each time. */
  @Test
  void whoIsDoneStaysDone() {
    begin();
    joining.synced("a:1");
    joining.synced("b:1");
    boolean wasDone = joining.isDone(1);
    joining.telling("a:1");
    joining.failed("b:1");

    assertThat(wasDone).isTrue();
    assertThat(joining.isDone(2)).isTrue();
  }

  @Test
  void oneSeedIsEnoughWhenAllOthersHaveFailed() {
    begin();
    joining.synced("a:1");
    joining.failed("b:1");
    joining.failed("c:1");

    assertThat(joining.isDone(1)).isTrue();
  }

  /** Such as the name of a service that stands for all of them. */
  @Test
  void whoWasReachedByAnotherNameIsNoStranger() {
    begin();
    joining.answered("a:1", 7);

    assertThat(joining.lifeAt("a:1")).contains(7L);
    assertThat(joining.lifeAt("b:1")).isEmpty();
  }

  private void begin() {
    joining.ownDoor("own:1");
    joining.due(door -> false, 0);
  }
}
