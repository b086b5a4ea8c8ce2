package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EstimatesTest {
  private final Estimates estimates = new Estimates();

  @Test
  void saysWhatWasDeclaredUntilSomethingIsLearned() {
    assertThat(estimates.learnedMicros("resize").orElse(1_000)).isEqualTo(1_000);

    estimates.observe("resize", 1_000, 9_000);

    assertThat(estimates.learnedMicros("resize").orElse(1_000)).isEqualTo(2_000);
    assertThat(estimates.learnedMicros("label").orElse(7)).isEqualTo(7);
  }

  @Test
  void comesNearASteadyDurationFromBothSides() {
    for (int i = 0; i < 200; i++) {
      estimates.observe("up", 0, 1_000);
      estimates.observe("down", 1_000_000, 1_000);
    }

    assertThat(estimates.learnedMicros("up").orElse(0)).isBetween(999L, 1_000L);
    assertThat(estimates.learnedMicros("down").orElse(0)).isBetween(999L, 1_001L);
  }

  @Test
  void boundsWhatAProviderOrClockMayClaim() {
    estimates.observe("f", 0, Long.MAX_VALUE);
    estimates.observe("g", 0, Long.MIN_VALUE);

    assertThat(estimates.learnedMicros("f").orElse(0)).isEqualTo(Estimates.MAX_MICROS / 8);
    assertThat(estimates.learnedMicros("g").orElse(0)).isZero();
  }

  @Test
  void forgetsTheFunctionObservedLongestAgo() {
    for (int i = 0; i < Estimates.MAX_FUNCTIONS; i++) {
      estimates.observe("f" + i, 0, 8_000);
    }
    estimates.observe("f0", 0, 8_000);
    estimates.observe("new", 0, 8_000);

    assertThat(estimates.image()).hasSize(Estimates.MAX_FUNCTIONS);
    assertThat(estimates.learnedMicros("f1").orElse(5)).isEqualTo(5);
    assertThat(estimates.learnedMicros("f0").orElse(5)).isGreaterThan(5);
  }

  /** Rule 39: the digest includes estimates, so a restored replica holds the same ones. */
  @Test
  void isTheSameAfterARestore() {
    estimates.observe("b", 0, 80);
    estimates.observe("a", 0, 81);

    Estimates restored = Estimates.restore(estimates.image());

    assertThat(restored.image()).isEqualTo(estimates.image());
  }
}
