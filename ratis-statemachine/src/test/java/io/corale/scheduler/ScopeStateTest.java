package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.corale.model.Limit;
import io.corale.scheduler.ScopeState.Slice;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A snapshot that is broken is refused: a replica that reads it otherwise parts from the others.
 */
class ScopeStateTest {
  private static final Limit.Window WINDOW = Limit.Window.SECOND;

  @Test
  void slicesRiseAndTheirSumIsBounded() {
    assertThatIllegalArgumentException().isThrownBy(() -> rate(new Slice(2, 1), new Slice(2, 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> rate(new Slice(2, 1), new Slice(1, 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> rate(new Slice(Long.MAX_VALUE, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rate(new Slice(1, Integer.MAX_VALUE), new Slice(2, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScopeState.Rate(WINDOW, List.of(), -2, 0));
  }

  @Test
  void aCapLetsOneRun() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ScopeState.Ramp(0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScopeState.Learned(0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void numbersThatAreTooLargeForTheirSignAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ScopeState.Ramp(1, -1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScopeState.Learned(1, 0, 0, 0, 0, -1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new ScopeState.Throttling(-1, 0, 0));
  }

  @Test
  void everyLimitHasItsRecordAndEveryRecordItsLimit() {
    Limit ramp = new Limit.Ramp(1, 1, Duration.ofSeconds(1));
    ScopeState none = state("a", Optional.empty());
    ScopeState its = state("a", Optional.of(new ScopeState.Ramp(1, 0, 0)));

    assertThatIllegalArgumentException().isThrownBy(() -> restore(List.of(none), ramp));
    assertThatIllegalArgumentException().isThrownBy(() -> restore(List.of(), ramp));
    assertThatIllegalArgumentException().isThrownBy(() -> restore(List.of(its)));
    assertThatIllegalArgumentException().isThrownBy(() -> restore(List.of(its, its), ramp));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> restore(List.of(its, state("b", Optional.empty())), ramp));
    restore(List.of(its), ramp);
  }

  private static void restore(List<ScopeState> states, Limit... more) {
    Openings<String> openings = new Openings<>();
    Map<String, Scope<String>> scopes = new LinkedHashMap<>();
    scopes.put("a", new Scope<>(LimitCell.leaf("a", 9, more), null, 0, openings));
    Limits.restore(List.of(LimitCell.leaf("a", 9, more)), scopes, states);
  }

  private static ScopeState state(String scope, Optional<ScopeState.Ramp> ramp) {
    return new ScopeState(
        scope, List.of(), ramp, Optional.empty(), new ScopeState.Throttling(1, 0, 0));
  }

  private static ScopeState.Rate rate(Slice... slices) {
    return new ScopeState.Rate(WINDOW, List.of(slices), -1, 0);
  }
}
