package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TimersTest {
  private final Timers<String> timers = new Timers<>();

  @Test
  void firesInTheOrderOfTimeThenSequence() {
    timers.set(20, 1, "third");
    timers.set(10, 3, "second");
    timers.set(10, 2, "first");

    assertThat(timers.next()).hasValue(10);
    assertThat(timers.popDue(20)).contains("first");
    assertThat(timers.popDue(20)).contains("second");
    assertThat(timers.popDue(20)).contains("third");
    assertThat(timers.popDue(20)).isEmpty();
    assertThat(timers.next()).isEmpty();
  }

  @Test
  void firesAtItsTimeAndNotBefore() {
    timers.set(10, 1, "due");

    assertThat(timers.popDue(9)).isEmpty();
    assertThat(timers.popDue(10)).contains("due");
  }

  @Test
  void doesNotFireWhatWasCalledOff() {
    Timers.Timer<String> off = timers.set(10, 1, "off");
    timers.set(11, 2, "on");

    timers.callOff(off);

    assertThat(off.isSet()).isFalse();
    assertThat(timers.size()).isEqualTo(1);
    assertThat(timers.popDue(99)).contains("on");
    assertThatThrownBy(() -> timers.callOff(off)).isInstanceOf(IllegalStateException.class);
  }
}
