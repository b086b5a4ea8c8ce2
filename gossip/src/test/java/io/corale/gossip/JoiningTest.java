package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JoiningTest {
  private static final long LATE = 10 * Micros.SECOND;
  private final Joining joining = new Joining(List.of("a:1", "b:1", "c:1", "own:1"), true);

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

  /** The first node of a cluster, which nobody is to wait for. */
  @Test
  void whoHasNoSeedButItselfAndAnEmptyDiskIsDoneAtOnce() {
    Joining first = alone(false);

    assertThat(first.isDone(0)).isTrue();
  }

  @Test
  void whoHasNoSeedButItselfAndHasLivedBeforeWaitsForAMomentForOthers() {
    Joining again = alone(true);

    assertThat(again.isDone(Joining.ALONE_MICROS - 1)).isFalse();
    assertThat(again.isDone(Joining.ALONE_MICROS)).isTrue();
  }

  @Test
  void whoHasNoSeedButItselfIsDoneOnceAnotherOneHasToldItAll() {
    Joining again = alone(true);

    again.toldBy("own:1", false);
    boolean afterItself = again.isDone(1);
    again.toldBy("x:1", false);

    assertThat(afterItself).isFalse();
    assertThat(again.isDone(1)).isTrue();
  }

  /** What comes unasked is a small part of what there is in a large cluster. */
  @Test
  void whoHasMoreToTellIsAskedForItAndWaitedFor() {
    Joining again = alone(true);

    again.toldBy("x:1", true);

    assertThat(again.due(door -> true, Micros.SECOND)).containsExactly("x:1");
    assertThat(again.isDone(LATE)).isFalse();
    again.synced("x:1");
    assertThat(again.isDone(LATE)).isTrue();
  }

  @Test
  void whoHasSeedsTakesNobodyElseForOne() {
    begin();

    joining.toldBy("x:1", false);

    assertThat(joining.others()).containsExactly("a:1", "b:1", "c:1");
    assertThat(joining.isDone(1)).isFalse();
  }

  @Test
  void aSeedThatIsMissingIsAskedEachSecondForAMinuteAndEachFiveLater() {
    begin();
    joining.synced("a:1");
    joining.synced("b:1");
    int seconds = 100;
    joining.due(door -> true, seconds * Micros.SECOND);

    int first = 0;
    int later = 0;
    for (int second = 1; second <= 160; second++) {
      List<String> due =
          joining.due(door -> !door.equals("a:1"), (seconds + second) * Micros.SECOND);
      first += second < 60 ? due.size() : 0;
      later += second > 60 ? due.size() : 0;
    }

    assertThat(first).isEqualTo(59);
    assertThat(later).isEqualTo(20);
  }

  /** Whoever is missing: one attempt to connect a second. */
  @Test
  void seedsThatAreMissingTakeTurns() {
    begin();
    joining.synced("a:1");
    joining.synced("b:1");

    List<String> asked = new ArrayList<>();
    for (int second = 1; second <= 6; second++) {
      asked.addAll(joining.due(door -> false, second * Micros.SECOND));
    }

    assertThat(asked).containsExactly("a:1", "b:1", "c:1", "a:1", "b:1", "c:1");
  }

  private static Joining alone(boolean hasLivedBefore) {
    Joining alone = new Joining(List.of("own:1"), hasLivedBefore);
    alone.ownDoor("own:1");
    alone.due(door -> false, 0);
    return alone;
  }

  private void begin() {
    joining.ownDoor("own:1");
    joining.due(door -> false, 0);
  }
}
