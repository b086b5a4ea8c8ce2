package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.List;
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

  @Test
  void whereTheProviderAllowsLessThanWasDeclaredThatIsSaid() {
    Door.ScopeInForce less =
        scope(false).toBuilder().setSource(Door.ScopeInForce.Source.DISCOVERED).build();
    Door.ScopeInForce running = scope(false).toBuilder().setScope("all").setRunning(9).build();

    assertThat(InForce.words(account(scope(false)))).containsExactly("in force");
    assertThat(InForce.words(account(scope(false), less)))
        .containsExactly("in force", "scope label: 4 discovered");
    assertThat(InForce.words(account(running, less)))
        .containsExactly("scope all: PENDING(9 in force)", "scope label: 4 discovered");
  }

  private static Door.AccountInForce account(Door.ScopeInForce... scopes) {
    return Door.AccountInForce.newBuilder().addAllScopes(List.of(scopes)).build();
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
