package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BudgetTest {
  private final Budget budget = new Budget(1_000, 500);

  @Test
  void fillsWithTimeUpToItsBurst() {
    budget.left(0);
    budget.spend(500);

    assertThat(budget.left(0)).isZero();
    assertThat(budget.left(100 * Micros.MILLI)).isEqualTo(100);
    assertThat(budget.left(Micros.HOUR)).isEqualTo(500);
  }

  @Test
  void isFullAfterAYearAndMoreInWhichNobodyAsked() {
    Budget large = new Budget(256 * 1_024, 512 * 1_024);
    large.left(0);
    large.spend(512 * 1_024);

    assertThat(large.left(24 * 500 * Micros.HOUR)).isEqualTo(512 * 1_024);
    large.spend(512 * 1_024);
    assertThat(large.left(24 * 500 * Micros.HOUR + Micros.SECOND)).isEqualTo(256 * 1_024);
  }

  @Test
  void whatMustBeSentIsMissingAfterwards() {
    budget.left(0);
    budget.spend(1_500);

    assertThat(budget.left(Micros.SECOND)).isZero();
    assertThat(budget.left(1_200 * Micros.MILLI)).isEqualTo(200);
  }

  @Test
  void manySmallStepsOfTimeFillItAsOneLargeOne() {
    budget.left(0);
    budget.spend(500);

    for (int micros = 0; micros <= 100_000; micros += 7) {
      budget.left(micros);
    }

    assertThat(budget.left(100 * Micros.MILLI)).isBetween(95L, 100L);
  }
}
