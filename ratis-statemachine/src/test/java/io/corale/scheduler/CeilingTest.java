package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CeilingTest {
  private static final int MOST = 1_024;
  private static final long QUICK = Ceiling.SLOW_NANOS / 10;
  private static final long SLOW = 2 * Ceiling.SLOW_NANOS;

  private final Ceiling ceiling = new Ceiling(MOST);
  private long now = Long.MAX_VALUE - 5; // A monotonic clock may begin anywhere, and wrap.

  private void applied(long latencyNanos, long afterNanos) {
    now += afterNanos;
    ceiling.applied(latencyNanos, now);
  }

  @Test
  void nothingIsRefusedBeforeAnythingWasSlow() {
    applied(QUICK, 0);

    assertThat(ceiling.hasRoom(MOST - 1)).isTrue();
    assertThat(ceiling.hasRoom(MOST)).isFalse();
  }

  @Test
  void fallsByAnEighthWhereNewWorkTakesTooLong() {
    applied(SLOW, 0);

    assertThat(ceiling.limit()).isEqualTo(MOST / 8 * 7);
  }

  /** What is under way already tells nothing of the cut. */
  @Test
  void fallsOnceInTheTimeThatIsTooLong() {
    for (int i = 0; i < 10; i++) {
      applied(SLOW, Ceiling.SLOW_NANOS / 20);
    }
    assertThat(ceiling.limit()).isEqualTo(MOST / 8 * 7);

    applied(SLOW, Ceiling.SLOW_NANOS);
    assertThat(ceiling.limit()).isEqualTo(MOST / 8 * 7 - MOST / 8 * 7 / 8);
  }

  @Test
  void neverFallsBelowWhatKeepsTheLogBusy() {
    for (int i = 0; i < 100; i++) {
      applied(SLOW, SLOW);
    }

    assertThat(ceiling.limit()).isEqualTo(Ceiling.LEAST);
  }

  @Test
  void risesWhileItIsInTheWayAndOnlyThen() {
    for (int i = 0; i < 100; i++) {
      applied(SLOW, SLOW);
    }
    applied(QUICK, QUICK);
    assertThat(ceiling.limit()).isEqualTo(Ceiling.LEAST);

    ceiling.hasRoom(Ceiling.LEAST);
    applied(QUICK, QUICK);
    assertThat(ceiling.limit()).isEqualTo(Ceiling.LEAST + 1);

    applied(QUICK, QUICK);
    assertThat(ceiling.limit()).isEqualTo(Ceiling.LEAST + 1);
  }

  @Test
  void comesBackToTheMostAndNoFurther() {
    applied(SLOW, SLOW);
    for (int i = 0; i < MOST; i++) {
      ceiling.hasRoom(MOST);
      applied(QUICK, QUICK);
    }

    assertThat(ceiling.limit()).isEqualTo(MOST);
  }
}
