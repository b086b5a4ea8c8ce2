package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class FlowsTest {
  private final Flows flows = new Flows(Rules.STANDARD);

  @Test
  void movesTheDeadlineOfAFloodBehindItsOwnBacklog() {
    for (int i = 0; i < 100; i++) {
      flows.add("noisy", 1_000);
    }
    flows.add("quiet", 1_000);

    assertThat(flows.active()).isEqualTo(2);
    assertThat(flows.correctedDeadline(5_000, 1_000, "noisy", 4)).isEqualTo(1_000 + 50_000);
    assertThat(flows.correctedDeadline(5_000, 1_000, "quiet", 4)).isEqualTo(5_000);
    assertThat(flows.correctedDeadline(5_000, 1_000, "unseen", 4)).isEqualTo(5_000);
  }

  @Test
  void forgetsAFlowWhenItsWorkEnds() {
    flows.add("caller", 700);
    flows.add("caller", 0);

    flows.subtract("caller", 700);
    assertThat(flows.active()).isEqualTo(1);

    flows.subtract("caller", 0);
    assertThat(flows.active()).isZero();
    assertThat(flows.outstandingMicros("caller")).isZero();
  }

  @Test
  void refusesWorkThatNeverBegan() {
    flows.add("caller", 700);

    assertThatThrownBy(() -> flows.subtract("caller", 701))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> flows.subtract("other", 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void neverOverflows() {
    for (int i = 0; i < 100_000; i++) {
      flows.add("vast", Long.MAX_VALUE);
    }
    for (int i = 0; i < 100; i++) {
      flows.add("other" + i, 1);
    }

    assertThat(flows.outstandingMicros("vast")).isEqualTo(100_000 * Flows.MAX_PIECE_MICROS);
    assertThat(flows.correctedDeadline(1, 1, "vast", 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(flows.correctedDeadline(1, Long.MAX_VALUE, "vast", 1_000_000))
        .isEqualTo(Long.MAX_VALUE);
  }
}
