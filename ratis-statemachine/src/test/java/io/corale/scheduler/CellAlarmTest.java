package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CellAlarmTest {
  private static final long SECOND = 1_000_000;
  private static final long DAY = 24 * 3_600 * SECOND;

  private final CellAlarm alarm = new CellAlarm();

  private static long nanos(long micros) {
    return micros * 1_000;
  }

  /** Rule 7: whoever takes over knows the time of the last entry only. */
  @Test
  void aTimerThatIsFarAheadIsComeNearerByEntries() {
    alarm.stands(5 * SECOND, nanos(7 * SECOND));
    alarm.set(5 * SECOND + DAY);
    long first = 7 * SECOND + CellAlarm.STRIDE_MICROS;

    assertThat(alarm.atNanos()).hasValue(nanos(first));
    assertThat(alarm.isDue(nanos(first) - 1)).isFalse();
    assertThat(alarm.isDue(nanos(first))).isTrue();
    alarm.stands(5 * SECOND + CellAlarm.STRIDE_MICROS, nanos(first));
    assertThat(alarm.atNanos()).hasValue(nanos(first + CellAlarm.STRIDE_MICROS));
  }

  @Test
  void aTimerThatIsNearIsDueAtItsTime() {
    alarm.stands(5 * SECOND, nanos(7 * SECOND));
    alarm.set(8 * SECOND);

    assertThat(alarm.atNanos()).hasValue(nanos(10 * SECOND));
  }

  @Test
  void withoutATimerNothingIsDue() {
    alarm.stands(5 * SECOND, nanos(7 * SECOND));
    alarm.set(Effect.WakeAt.NEVER);

    assertThat(alarm.atNanos()).isEmpty();
    assertThat(alarm.isDue(nanos(DAY))).isFalse();
  }
}
