package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.DistantCell.Figures;
import io.corale.scheduler.DistantCell.Load;
import io.corale.scheduler.DistantCell.Place;
import io.corale.sim.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the window lets through, and what that is worth near and far. */
final class WindowTest {
  private static final Window WINDOW = Window.STANDARD;

  /** Always four: what it is measured against. */
  private static final Window FOUR = new Window(4, 4, 0);

  private static final Load SATURATED = new Load(256, 5);

  @Test
  void twoEntriesAreWelcomeWhateverTheyHold() {
    assertThat(WINDOW.admits(0, false, 0)).isTrue();
    assertThat(WINDOW.admits(1, false, 0)).isTrue();
    assertThat(WINDOW.admits(2, false, 0)).isFalse();
  }

  @Test
  void aThirdIsFullOrComesSomeTimeAfterTheSecond() {
    assertThat(WINDOW.admits(2, true, 0)).isTrue();
    assertThat(WINDOW.admits(2, false, WINDOW.paceNanos() - 1)).isFalse();
    assertThat(WINDOW.admits(2, false, WINDOW.paceNanos())).isTrue();
  }

  @Test
  void eachFurtherOneWaitsLonger() {
    assertThat(WINDOW.admits(4, false, 3 * WINDOW.paceNanos() - 1)).isFalse();
    assertThat(WINDOW.admits(4, false, 3 * WINDOW.paceNanos())).isTrue();
  }

  @Test
  void noneIsBeyondTheMost() {
    assertThat(WINDOW.admits(WINDOW.most() - 1, true, Long.MAX_VALUE)).isTrue();
    assertThat(WINDOW.admits(WINDOW.most(), true, Long.MAX_VALUE)).isFalse();
  }

  /**
   * Each entry costs three members what many commands cost: where they are near, fewer carry more.
   */
  @Seeds(3)
  void nearMembersCarryMoreInFewerEntries(long seed) {
    Place near = Place.together(Duration.ofMillis(2));

    Figures four = DistantCell.run(FOUR, near, SATURATED, seed);
    Figures ours = DistantCell.run(WINDOW, near, SATURATED, seed);

    assertThat(ours.stepsPerSecond()).isGreaterThan(1.15 * four.stepsPerSecond());
    assertThat(ours.commandsPerEntry()).isGreaterThan(1.3 * four.commandsPerEntry());
  }

  /** All of it takes longer there, so that an even pace would open all the time. */
  @Seeds(3)
  void busyMachinesAreNotGivenSmallerEntries(long seed) {
    Place busy = Place.together(Duration.ofMillis(2)).slower(2.4);

    Figures four = DistantCell.run(FOUR, busy, SATURATED, seed);
    Figures ours = DistantCell.run(WINDOW, busy, SATURATED, seed);

    assertThat(ours.stepsPerSecond()).isGreaterThan(0.95 * four.stepsPerSecond());
  }

  /** Two small entries on a long way do not make the third command wait for their return. */
  @Seeds(3)
  void farMembersMakeFewWaitLongerThanTheWay(long seed) {
    Place far = Place.apart(Duration.ofMillis(50));

    Figures alone = DistantCell.run(WINDOW, far, new Load(1, 1), seed);
    Figures eight = DistantCell.run(WINDOW, far, new Load(8, 1), seed);

    // Of its two commands each may wait for the pace, two in all, by seed some 2 ms more or less;
    // with four entries they wait for more than five, for others' entries to return.
    assertThat(eight.p50()).isLessThan(alone.p50().plusNanos(3 * WINDOW.paceNanos()));
  }

  @Seeds(3)
  void farMembersCarryNoLessThanWithFourEntries(long seed) {
    Place far = Place.apart(Duration.ofMillis(50));

    Figures four = DistantCell.run(FOUR, far, SATURATED, seed);
    Figures ours = DistantCell.run(WINDOW, far, SATURATED, seed);

    assertThat(ours.stepsPerSecond()).isGreaterThan(four.stepsPerSecond());
    assertThat(ours.p50()).isLessThan(four.p50());
  }
}
