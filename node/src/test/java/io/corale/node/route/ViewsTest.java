package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.TraceEvent;
import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** The door has a word for all that the scheduler says. */
final class ViewsTest {
  @Test
  void theDoorKnowsEveryKindOfTraceEventByTheSameNumber() {
    for (TraceEvent.Kind kind : TraceEvent.Kind.values()) {
      assertThat(Door.TraceEvent.Kind.forNumber(kind.code()).name()).isEqualTo(kind.name());
    }
    assertThat(Door.TraceEvent.Kind.values()).hasSize(TraceEvent.Kind.values().length + 2);
  }
}
