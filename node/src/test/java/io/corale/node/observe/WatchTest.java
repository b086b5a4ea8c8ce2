package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.OwnerId;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final Metrics metrics = new Metrics();
  private final Watch watch = new Watch(metrics);

  /** Whoever looks at night wants to know what has no room. */
  @Test
  void countsByWhatWasFullWhatIsRefusedForNow() {
    watch.overloaded(new OwnerId("acme"), "queue");
    watch.overloaded(new OwnerId("acme"), "queue");
    watch.overloaded(new OwnerId("acme"), "quota");

    assertThat(Exposition.of(metrics.all()))
        .contains(
            "corale_invocations_overloaded_total{owner=\"acme\",what=\"queue\"} 2",
            "corale_invocations_overloaded_total{owner=\"acme\",what=\"quota\"} 1");
  }
}
