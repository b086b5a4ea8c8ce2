package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Outage outage = new Outage(nanos::get);

  @Test
  void isNoneBeforeTheFirstConnection() {
    outage.heard(false);
    pass(60);

    assertThat(outage.lasting()).isEmpty();
  }

  @Test
  void lastsFromTheFirstWordOfIt() {
    outage.heard(true);
    pass(5);
    outage.heard(false);
    pass(2);
    outage.heard(false);
    pass(3);

    assertThat(outage.lasting()).contains(Duration.ofSeconds(5));
  }

  @Test
  void isOverWhenTheConnectionStandsAgain() {
    outage.heard(true);
    outage.heard(false);
    outage.heard(true);

    assertThat(outage.lasting()).isEmpty();
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
