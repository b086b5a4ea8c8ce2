package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** What {@code corale account put} says of limits that are not in force yet. */
class InForceTest {
  /** As many may have been started before it was there as it allows. */
  @Test
  void aRateOfWhichNothingIsKnownYetIsPending() {
    Door.ScopeInForce scope = scope(true);

    assertThat(InForce.isPending(scope)).isTrue();
    assertThat(InForce.words(scope)).isEqualTo("PENDING(starts before 600/min are not known)");
    assertThat(InForce.isPending(scope(false))).isFalse();
  }

  private static Door.ScopeInForce scope(boolean isAssumed) {
    return Door.ScopeInForce.newBuilder()
        .setScope("label")
        .setLimit(4)
        .setConcurrency(4)
        .addRates(
            Door.ScopeInForce.RateUse.newBuilder()
                .setRate(
                    Common.Limit.Rate.newBuilder()
                        .setStarts(600)
                        .setWindow(Common.Limit.Rate.Window.MINUTE))
                .setStarts(600)
                .setIsAssumed(isAssumed))
        .build();
  }
}
