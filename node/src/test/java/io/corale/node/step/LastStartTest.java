package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who refuses a call that comes later keeps every promise of its fence (rules 13 and 38). */
class LastStartTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

  private static Duration after(Duration left, boolean isSmall) {
    return Duration.between(NOW, Dispatch.notAfter(NOW, left.toNanos(), isSmall));
  }

  @Test
  void isTheDeliveryBoundAfterTheLastMomentToSend() {
    assertThat(after(Duration.ofMillis(300), true)).isEqualTo(Duration.ofMillis(1_300));
    assertThat(after(Duration.ofSeconds(1), true)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void leavesLargeArgumentsTheTimeInWhichTheyMayLeave() {
    assertThat(after(Duration.ofMillis(300), false)).isEqualTo(Duration.ofMillis(31_300));
  }

  /** A guard that knows no end of the grace, and one whose grace is over: that sends nothing. */
  @Test
  void isWithinTheGraceWhateverTheGuardSays() {
    assertThat(Dispatch.notAfter(NOW, Long.MAX_VALUE, true)).isEqualTo(NOW.plusSeconds(2));
    assertThat(Dispatch.notAfter(NOW, -5, true)).isEqualTo(NOW.plusSeconds(1));
  }
}
