package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A superpeer takes as much new work as comes through, and all results (P12, ADR 33). */
class AdmissionCeilingTest {
  private static final int MANY = 2_000;

  private final SuperpeerRig rig = new SuperpeerRig();

  /** So much new work waits for more than a fifth of a second, again and again. */
  private void slowDown() {
    long ticket = 1;
    for (int i = 0; i < 100; i++) {
      rig.superpeer.enqueue(ticket, submit("slow" + ticket, 1), Urgency.NEW, rig.nowNanos);
      ticket++;
      List<Entry> proposed = rig.proposed();
      rig.nowNanos += 2 * Ceiling.SLOW_NANOS;
      proposed.forEach(entry -> rig.apply(entry));
      rig.drain(Action.Resolve.class);
    }
  }

  private List<Action.Resolve> ask(Urgency urgency) {
    for (int i = 0; i < MANY; i++) {
      rig.superpeer.enqueue(10_000 + i, submit("i" + i, 1), urgency, rig.nowNanos);
    }
    return rig.drain(Action.Resolve.class);
  }

  @Test
  void takesAllWhereNothingIsSlow() {
    rig.lead(1);

    assertThat(ask(Urgency.NEW)).isEmpty();
  }

  @Test
  void refusesNewWorkThatWouldOnlyWait() {
    rig.lead(1);
    slowDown();

    List<Action.Resolve> refused = ask(Urgency.NEW);

    assertThat(refused).hasSizeGreaterThan(MANY / 2);
    assertThat(((Result.Refused) refused.get(0).result()).refusal().code())
        .isEqualTo(Refusal.Code.OVERLOADED);
  }

  /** REFUSES_RESULTS. */
  @Test
  void neverRefusesAResultForThat() {
    rig.lead(1);
    slowDown();

    assertThat(ask(Urgency.RESULT)).isEmpty();
  }
}
