package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final long SECOND = 1_000_000;

  private final Drain drain = new Drain();

  private void startEachSecond(int from, int to, int count) {
    for (int second = from; second < to; second++) {
      drain.started(second * SECOND + 7, count);
    }
  }

  @Test
  void saysNothingBeforeAnythingHasStarted() {
    assertThat(drain.millisFor(10, 5 * SECOND)).isEmpty();
  }

  @Test
  void saysHowLongSoManyTakeAtASteadyRate() {
    startEachSecond(0, 10, 100);

    assertThat(drain.millisFor(1_000, 10 * SECOND)).hasValue(10_000);
  }

  @Test
  void comesToAnotherRateWithinSomeSeconds() {
    startEachSecond(0, 10, 100);
    startEachSecond(10, 50, 10);

    assertThat(drain.millisFor(10, 50 * SECOND).orElse(0)).isBetween(900L, 1_001L);
  }

  @Test
  void countsTheSecondsInWhichNothingStarts() {
    startEachSecond(0, 10, 100);

    long atOnce = drain.millisFor(100, 10 * SECOND).orElse(0);
    long later = drain.millisFor(100, 20 * SECOND).orElse(0);

    assertThat(later).isGreaterThan(3 * atOnce);
    assertThat(drain.millisFor(100, 1_000_000 * SECOND)).isEmpty();
  }

  /** Asking is no event of the log: it must not change anything. */
  @Test
  void isTheSameHoweverOftenItIsAsked() {
    startEachSecond(0, 3, 5);
    Image.Drained before = drain.image();

    drain.millisFor(1, 60 * SECOND);

    assertThat(drain.image()).isEqualTo(before);
  }

  @Test
  void isTheSameAfterARestore() {
    startEachSecond(0, 7, 13);
    Drain restored = new Drain();
    restored.restore(drain.image());

    drain.started(9 * SECOND, 4);
    restored.started(9 * SECOND, 4);

    assertThat(restored.image()).isEqualTo(drain.image());
    OptionalLong said = drain.millisFor(99, 12 * SECOND);
    assertThat(restored.millisFor(99, 12 * SECOND)).isEqualTo(said);
  }
}
