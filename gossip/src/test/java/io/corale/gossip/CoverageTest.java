package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CoverageTest {
  private final Coverage coverage = new Coverage();

  @Test
  void isCompleteOnlyUpToTheFirstGap() {
    coverage.cover(1);
    coverage.cover(3);
    coverage.cover(4);
    assertThat(coverage.complete()).isEqualTo(1);

    coverage.cover(2);

    assertThat(coverage.complete()).isEqualTo(4);
  }

  @Test
  void whatWasToldWhollyClosesAllGapsBelow() {
    coverage.cover(5);
    coverage.cover(9);

    coverage.coverUpTo(8);

    assertThat(coverage.complete()).isEqualTo(9);
  }

  @Test
  void forgetsTheFarthestRatherThanGrow() {
    for (long version = 2; version < 10_000; version++) {
      coverage.cover(version);
    }

    coverage.cover(1);

    assertThat(coverage.complete()).isBetween(200L, 300L);
  }
}
