package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CallId;
import org.junit.jupiter.api.Test;

/** However much fails, there are so many breakers at most (ADR 34). */
class BreakersTest {
  private static final long NOW = TestCell.SECOND;

  private final Breakers breakers = new Breakers();
  private int failures;

  private static Circuit circuit(int number) {
    return new Circuit(TestCell.ACCOUNT, "label", "shop", "f" + number, "only");
  }

  private static CallId call(int number) {
    return new CallId(TestCell.id("i" + number), 1);
  }

  private static Ready ready(int number) {
    return new Ready(call(number), circuit(number), 10, 1, number, 100, 0, false);
  }

  /** Each time another call of it. */
  private boolean fails(int number) {
    CallId call = new CallId(TestCell.id("i" + number), ++failures);
    return breakers.failed(circuit(number), call, NOW).isPresent();
  }

  /** Whether the last of as many failures as open one opens it. */
  private boolean opens(int number) {
    for (int i = 1; i < Breaker.FAILURES; i++) {
      assertThat(fails(number)).isFalse();
    }
    return fails(number);
  }

  @Test
  void ofTooManyThatCountTheOneThatFailedFirstIsForgotten() {
    for (int i = 0; i <= Breakers.MAX; i++) {
      fails(i);
    }

    assertThat(breakers.image())
        .hasSize(Breakers.MAX)
        .extracting(Breaker::circuit)
        .doesNotContain(circuit(0))
        .contains(circuit(1), circuit(Breakers.MAX));
  }

  @Test
  void whereTooManyAreOpenTheNextGoesOnAsBeforeUntilOneCloses() {
    for (int i = 0; i < Breakers.MAX; i++) {
      assertThat(opens(i)).isTrue();
      breakers.add(ready(i));
    }

    assertThat(opens(Breakers.MAX)).isFalse();
    assertThat(breakers.bars(circuit(Breakers.MAX), call(Breakers.MAX))).isFalse();

    assertThat(breakers.answered(circuit(0), NOW + Breaker.FIRST_PAUSE_MICROS)).isPresent();
    assertThat(fails(Breakers.MAX)).isTrue();
  }

  @Test
  void anOpenOneForWhichNobodyWaitsMakesRoom() {
    for (int i = 0; i < Breakers.MAX; i++) {
      assertThat(opens(i)).isTrue();
      if (i != 7) {
        breakers.add(ready(i));
      }
    }

    assertThat(opens(Breakers.MAX)).isTrue();
    assertThat(breakers.bars(circuit(7), call(7))).isFalse();
    assertThat(breakers.bars(circuit(8), call(8))).isTrue();
  }

  /** It may be tried for what nobody awaits any more, and then for ever. */
  @Test
  void anOpenOneThatIsTriedWhileNobodyWaitsMakesRoomAsWell() {
    for (int i = 0; i < Breakers.MAX; i++) {
      assertThat(opens(i)).isTrue();
      breakers.add(ready(i));
    }
    long later = NOW + Breaker.FIRST_PAUSE_MICROS;
    breakers
        .letThrough(later, its -> new Precedence(Orders.LST_BL, later))
        .forEach(probe -> breakers.started(probe, later));

    assertThat(opens(Breakers.MAX)).isTrue();
    assertThat(breakers.bars(circuit(0), call(7))).isFalse();
  }
}
