package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 24: what may be asked for again is remembered for as long, and for no longer than a day. */
final class RememberingTest {
  private static final long NOW = 1_000_000_000L;

  @Test
  void whoDoesNotSayIsRememberedForTenMinutes() {
    long until = Remembering.until(NOW, 0);

    assertThat(until).isEqualTo(NOW + Duration.ofMinutes(10).toMillis());
    assertThat(Remembering.untimely("submit", NOW, until)).isEmpty();
  }

  @Test
  void aMinuteIsAllowedForClocksThatDiffer() {
    assertThat(Remembering.micros(NOW, NOW + 1_000)).isEqualTo(61_000_000);
  }

  @Test
  void whoseTimeIsOverIsToldSo() {
    Refusal refusal = Remembering.untimely("announce", NOW, NOW - 1).orElseThrow();

    assertThat(refusal.code()).isEqualTo(Refusal.Code.EXPIRED);
    assertThat(refusal.message()).startsWith("announce.retry_until passed PT0.001S ago");
  }

  @Test
  void nobodyIsRememberedForMoreThanADay() {
    long day = Remembering.MOST.toMillis();

    assertThat(Remembering.untimely("submit", NOW, NOW + day)).isEmpty();
    assertThat(Remembering.untimely("submit", NOW, NOW + day + 61_000).orElseThrow().code())
        .isEqualTo(Refusal.Code.INVALID);
  }
}
