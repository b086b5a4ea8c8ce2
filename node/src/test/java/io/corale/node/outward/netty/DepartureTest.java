package io.corale.node.outward.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.Fences;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule 10: what is large has left after a while, or never will. */
class DepartureTest {
  private final EmbeddedChannel connection = new EmbeddedChannel();
  private final AtomicInteger late = new AtomicInteger();

  @BeforeEach
  void stopTheClock() {
    connection.freezeTime();
  }

  @Test
  void whatIsNotWrittenInTimeIsGivenUp() {
    Departure.begin(connection, Departure.MOST, late::incrementAndGet);

    pass(29);
    assertThat(late).hasValue(0);
    pass(1);
    assertThat(late).hasValue(1);
  }

  @Test
  void whatIsWrittenOrAnsweredIsNot() {
    Departure.begin(connection, Departure.MOST, late::incrementAndGet).written();
    Departure.begin(connection, Departure.MOST, late::incrementAndGet).over();

    pass(60);

    assertThat(late).hasValue(0);
  }

  /** Rule 13: until the last byte has left, and the function has ended, its slot is not free. */
  @Test
  void fencesWaitForIt() {
    assertThat(Departure.MOST.toNanos()).isEqualTo(1_000 * Fences.DEPARTURE_MICROS);
    assertThat(Departure.SMALL.toNanos()).isEqualTo(1_000 * Fences.DELIVERY_BOUND_MICROS);
  }

  private void pass(int seconds) {
    connection.advanceTimeBy(seconds, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();
  }
}
