package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.corale.deploy.recorder.Event;
import io.corale.model.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final Limit.Rate TWO_A_SECOND = new Limit.Rate(2, Limit.Window.SECOND);

  private final List<Event> events = new ArrayList<>();

  @Test
  void countsFunctionsOfAnAccountTogetherAndNoOthers() {
    at(0, Event.Kind.START, "a");
    at(10, Event.Kind.START, "b");
    at(20, Event.Kind.START, "other");
    at(30, Event.Kind.END, "a");
    at(40, Event.Kind.REFUSED, "b");

    assertThat(intake().highest()).isEqualTo(2);
    assertThat(intake().refused(40, 41)).isEqualTo(1);
    assertThat(intake().refused(0, 40)).isZero();
  }

  @Test
  void meansWhatRanBetweenTwoTimes() {
    at(0, Event.Kind.START, "a");
    at(500, Event.Kind.START, "b");
    at(1_500, Event.Kind.END, "a");
    at(3_000, Event.Kind.END, "b");

    assertThat(intake().meanRunning(1_000, 2_000)).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void findsTheFullestWindowWhereverItBegins() {
    at(900, Event.Kind.START, "a");
    at(1_000, Event.Kind.START, "a");
    at(1_899, Event.Kind.START, "b");
    at(1_900, Event.Kind.START, "b");

    assertThat(intake().highest(Limit.Window.SECOND)).isEqualTo(3);
  }

  @Test
  void aRateIsUsedWhollyHoweverItsStartsAreSpread() {
    for (int second = 0; second < 5; second++) {
      at(1_000L * second, Event.Kind.START, "a");
      at(1_000L * second + 1, Event.Kind.START, "a");
    }

    assertThat(intake().usedOf(TWO_A_SECOND, 0, 10_000)).isCloseTo(1, within(1e-9));
  }

  @Test
  void aRateWhoseWindowsCameLateWasNotUsed() {
    for (int i = 0; i < 9; i++) {
      at(1_000L * i, Event.Kind.START, "a");
    }

    assertThat(intake().usedOf(TWO_A_SECOND, 0, 10_000)).isCloseTo(0.5, within(1e-9));
    assertThat(intake().usedOf(TWO_A_SECOND, 0, 1_000)).isZero();
  }

  private Intake intake() {
    return Intake.of(events, Set.of("a", "b"));
  }

  private void at(long millis, Event.Kind what, String function) {
    events.add(new Event(what, function, "k", 1, 0, 0, 1_000 * millis, millis, 0, 0, ""));
  }
}
